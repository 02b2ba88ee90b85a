"""A client of the authentication server: its REST calls only (contract sections 1.2, 1.3 and 2.4)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from xivo_dird.authenticator import (
    AuthServerUnreachable,
    HttpLimits,
    HttpResponse,
    Outgoing,
    RequestFailed,
    SourceUnavailable,
    WaitsFor,
    basic_authorization,
    waiting_for,
)
from xivo_dird_authenticators.wazo_auth.settings import Account, WazoAuthSettings, server_tls_context

CONNECTION_POOL_SIZE = 64
MAX_RESPONSE_BYTES = 32 * 1024 * 1024


class _ResponseBody(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Metadata(_ResponseBody):
    """The user and the tenant of a token."""

    uuid: str | None = None
    tenant_uuid: str | None = None


class TokenData(_ResponseBody):
    """A token, its user and its tenant."""

    token: str = ""
    metadata: Metadata = Metadata()


class _TokenResponse(_ResponseBody):
    data: TokenData


class _Tenant(_ResponseBody):
    uuid: str


class _UserResponse(_ResponseBody):
    tenant_uuid: str = Field(min_length=1)


class _TenantsResponse(_ResponseBody):
    items: tuple[_Tenant, ...]


ResponseBodyT = TypeVar("ResponseBodyT", bound=_ResponseBody)


class RefusedByAuthServer(Exception):
    """The server answered with another HTTP status than 200; `status` is that status."""

    def __init__(self, status: int) -> None:
        """Store the HTTP status."""
        super().__init__(f"answered {status}")
        self.status = status


class AuthServer:
    """A client of the server at `auth.host`, with a connection pool; shared by threads.

    Raises:
        AuthServerUnreachable: From every call, if no complete response arrives within `auth.timeout` seconds, or if the
            response is too large or malformed.
    """

    def __init__(self, settings: WazoAuthSettings, max_response_bytes: int = MAX_RESPONSE_BYTES) -> None:
        """Create a client; the first call opens a connection.

        Args:
            settings: The section `auth` of the configuration.
            max_response_bytes: Maximum size of the body of a response.

        Raises:
            InvalidConfiguration: The CA bundle can't be read.
        """
        self._settings = settings
        self._base_url = settings.base_url()
        context = server_tls_context(settings)
        limits = HttpLimits(
            timeout=settings.timeout,
            max_idle_connections=CONNECTION_POOL_SIZE,
            max_redirects=0,
            obeys_throttling=False,
        )
        outgoing = Outgoing(trusts_options=True, max_response_bytes=max_response_bytes)
        self._client = outgoing.http_client(
            {"auth.host": self._base_url}, new_tls_context=lambda: context, limits=limits
        )

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()

    def check_token(self, token: str, required_acl: str, tenant_uuid: str | None) -> int:
        """Check whether `token` has the ACL and access to the tenant; return the HTTP status."""
        query = {"scope": required_acl} | ({"tenant": tenant_uuid} if tenant_uuid else {})
        return self._request("HEAD", _token_path(token), {"X-Auth-Token": token}, query).status

    def token_metadata(self, token: str) -> Metadata:
        """Return the user and the tenant of `token`.

        Raises:
            RefusedByAuthServer: The status isn't 200.
        """
        response = self._request("GET", _token_path(token), {"X-Auth-Token": token})
        return self._parse(response, _TokenResponse).data.metadata

    def tenants(self, token: str, scope: str, name: str | None = None) -> tuple[str, ...]:
        """Return the UUIDs of the tenants that are visible from `scope`; if `name` is given, only those with this name.

        Raises:
            RefusedByAuthServer: The status isn't 200.
        """
        headers = {"X-Auth-Token": token, "Wazo-Tenant": scope}
        response = self._request("GET", "/tenants", headers, {} if name is None else {"name": name})
        return tuple(tenant.uuid for tenant in self._parse(response, _TenantsResponse).items)

    def user_tenant(self, service_token: str, user_uuid: str) -> str:
        """Return the UUID of the tenant of a user.

        Args:
            service_token: A token that may read users.
            user_uuid: A UUID.

        Raises:
            RefusedByAuthServer: The status isn't 200; 404: there is no such user.
        """
        response = self._request("GET", f"/users/{user_uuid}", {"X-Auth-Token": service_token})
        return self._parse(response, _UserResponse).tenant_uuid

    def new_token(self, account: Account, lifetime: int) -> TokenData:
        """Request a new token that is valid for `lifetime` seconds.

        Raises:
            RefusedByAuthServer: The status isn't 200.
        """
        credentials = f"{account.username}:{account.password.get_secret_value()}"
        headers = {
            "Authorization": basic_authorization(credentials),
            "Content-Type": "application/json",
        }
        body = json.dumps({"expiration": lifetime})
        response = self._request("POST", "/token", headers, body=body)
        return self._parse(response, _TokenResponse).data

    def revoke_token(self, token: str) -> None:
        """Revoke a token; it does not matter if it is unknown."""
        status = self._request("DELETE", _token_path(token), {"X-Auth-Token": token}).status
        if status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND}:
            raise self.unreachable_error(f"answered {status} to the end of a token")

    def unreachable_error(self, reason: str) -> AuthServerUnreachable:
        """Return the error for a missing or unusable response; `reason` must not contain a token."""
        return AuthServerUnreachable(self._settings.host, self._settings.port, reason)

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> HttpResponse:
        content = None if body is None else body.encode()
        try:
            with waiting_for(WaitsFor.AUTHENTICATION):
                return self._client.request(
                    method, self._base_url + path, headers=headers, query=query or {}, body=content
                )
        except SourceUnavailable as error:
            cause = error.cause if isinstance(error, RequestFailed) else error.message
            raise self.unreachable_error(cause) from error

    def _parse(self, response: HttpResponse, schema: type[ResponseBodyT]) -> ResponseBodyT:
        if response.status != HTTPStatus.OK:
            raise RefusedByAuthServer(response.status)
        try:
            return schema.model_validate_json(response.body)
        except ValidationError as error:
            raise self.unreachable_error("answered 200 with a body of unknown form") from error


def _token_path(token: str) -> str:
    """Return a path with the token as one segment; dots are quoted too, as `..` would mean the parent."""
    return "/token/" + quote(token, safe="").replace(".", "%2E")
