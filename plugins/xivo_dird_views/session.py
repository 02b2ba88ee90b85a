"""Signing in and out: sessions of a browser, which sends their cookie in place of a token."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xivo_dird.sessions.model import BrowserSession, Method
from xivo_dird.view import (
    EmptyResponse,
    JsonResponse,
    RequestToken,
    Resource,
    Routes,
    Services,
    client_origin,
    cookie_of,
    is_loopback_client,
    operation,
    refuse_forms,
    removed_cookie,
    session_of_cookie,
    verified_session,
)

MAX_ACLS = 100

NOT_STORED = {"Cache-Control": "no-store"}
"""The header of responses that no browser and no proxy may keep."""

Text = Annotated[str, Field(min_length=1, max_length=4096)]


class SignInBody(BaseModel):
    """What somebody signs in with: `username` and `password`, `token`, or the `code` of a link."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    username: Text | None = None
    password: Text | None = None
    token: Text | None = None
    code: Text | None = None

    @model_validator(mode="after")
    def _check_method(self) -> Self:
        given = set(self.model_dump(exclude_none=True))
        if given not in ({"username", "password"}, {"token"}, {"code"}):
            raise ValueError("needs either `username` and `password`, or `token`, or `code`")
        return self


class PermissionsBody(BaseModel):
    """The ACLs of the operations that a client would like to use, such as `dird.profiles.read`."""

    model_config = ConfigDict(extra="forbid")

    acls: Annotated[list[Annotated[str, Field(max_length=1024)]], Field(max_length=MAX_ACLS)]


@dataclass(frozen=True, slots=True)
class SessionAnswer:
    """A session; `csrf_token` is what each of its requests must have in the header `X-CSRF-Token`."""

    user_uuid: str | None
    tenant_uuid: str | None
    expires_at: str
    csrf_token: str


@dataclass(frozen=True, slots=True)
class SessionState:
    """How people can sign in, and the session of the client, None if it has none."""

    methods: list[Method]
    session: SessionAnswer | None


@dataclass(frozen=True, slots=True)
class PermissionsAnswer:
    """Whether the client has the permission, by ACL."""

    acls: dict[str, bool]


class SessionResource(Resource):
    """The session of the client. A request with a cookie needs its CSRF token, except for `GET` here."""

    @operation("Show how to sign in, and the session of the cookie", acl=None, errors=(503,))
    def get(self) -> JsonResponse[SessionState]:
        """Return the session, without the need of its CSRF token, which it tells."""
        sessions = self.services.sessions
        session = session_of_cookie(sessions)
        if session is not None and not sessions.is_valid(session):
            session = None
        state = SessionState(sessions.methods, None if session is None else _shown(session))
        return JsonResponse(state, 200, NOT_STORED)

    @operation("Sign in", acl=None, errors=(400, 401, 429, 503), status=201)
    def post(self, body: SignInBody) -> JsonResponse[SessionAnswer]:
        """Open a session, and set its cookie."""
        refuse_forms()
        session = self._open(body)
        headers = {**cookie_of(session, self.services.sessions.seconds), **NOT_STORED}
        return JsonResponse(_shown(session), 201, headers)

    @operation("Sign out", acl=None, errors=(401, 503))
    def delete(self) -> EmptyResponse:
        """End the session, if there is one, and remove its cookie."""
        session = verified_session(self.services.sessions)
        if session is not None:
            self.services.sessions.sign_out(session)
        return EmptyResponse(removed_cookie())

    def _open(self, body: SignInBody) -> BrowserSession:
        sessions, origin = self.services.sessions, client_origin()
        if body.token is not None:
            return sessions.sign_in_with_token(body.token, origin)
        if body.code is not None:
            return sessions.sign_in_with_code(body.code, origin, is_loopback=is_loopback_client())
        return sessions.sign_in_with_password(body.username or "", body.password or "", origin)


class PermissionsResource(Resource):
    """The permissions of the client, so that a page need not offer what is not allowed."""

    @operation("Check permissions", acl=None, errors=(400, 401, 503), only_reads=True)
    def post(self, token: RequestToken, body: PermissionsBody) -> PermissionsAnswer:
        """Return for each ACL whether the client has it in the tenant of the request."""
        return PermissionsAnswer({acl: token.has_permission(acl) for acl in body.acls})


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/session", SessionResource(services))
    routes.add("/session/permissions", PermissionsResource(services))


def _shown(session: BrowserSession) -> SessionAnswer:
    credentials = session.credentials
    ends = datetime.fromtimestamp(session.expires_at, UTC).isoformat(timespec="seconds")
    return SessionAnswer(credentials.user_uuid, credentials.tenant_uuid, ends, session.csrf_token)
