"""A stand-in for Microsoft Entra ID: tokens for an application, and the delta queries of its directory.

with EntraServer(tls) as entra:
    entra.users.put(user("u1", "Ada", "Stern", businessPhones=["5550101"]))
    ... options: {**ACCOUNT, "graph_url": entra.url, "login_url": entra.url}
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate

from servers.graph import error
from servers.web_server import WebAnswer, WebRequest, WebServer

DIRECTORY = "11111111-2222-3333-4444-555555555555"
CLIENT_ID, CLIENT_SECRET = "99999999-aaaa-bbbb-cccc-dddddddddddd", "s3cret/+value"
ACCOUNT = {"directory_id": DIRECTORY, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def user(key: str, first: str | None, last: str | None = None, **fields: object) -> dict[str, object]:
    """Return a user."""
    return {
        "id": key,
        "givenName": first,
        "surname": last,
        "displayName": " ".join(name for name in (first, last) if name),
        "businessPhones": [],
        "mobilePhone": None,
        "accountEnabled": True,
        "userType": "Member",
        **fields,
    }


@dataclass
class DirectoryList:
    """A list of a directory, with the history of its changes."""

    path: str
    items: dict[str, dict[str, object]] = field(default_factory=dict)
    history: list[dict[str, object]] = field(default_factory=list)
    refusal: WebAnswer | None = None
    """The answer to all requests for the list, if set."""

    def put(self, *items: dict[str, object]) -> None:
        """Add or replace people."""
        for item in items:
            self.items[str(item["id"])] = item
            self.history.append(item)

    def remove(self, key: str, reason: str = "deleted") -> None:
        """Remove a person."""
        del self.items[key]
        self.history.append({"id": key, "@removed": {"reason": reason}})


class EntraServer(WebServer):
    """The login server and Microsoft Graph in one."""

    def __init__(self, tls: ssl.SSLContext, page_size: int = 1000) -> None:
        super().__init__(self._route, tls)
        self.page_size = page_size
        self.users = DirectoryList("/v1.0/users/delta")
        self.contacts = DirectoryList("/v1.0/contacts/delta")
        self.certificate: Certificate | None = None
        """What the assertions of the application are signed with, if it has one."""
        self.token_answers: list[WebAnswer] = []
        """Answers to the next requests for tokens."""
        self.failures: list[WebAnswer] = []
        """Answers to the next requests for people."""
        self.expired: set[str] = set()
        """Delta tokens that the server has forgotten."""
        self.next_link: str | None = None
        """What every page links to, if set."""
        self.token_endpoint = f"{self.url}/{DIRECTORY}/oauth2/v2.0/token"
        self.valid_tokens: set[str] = set()
        self._numbers = count(1)

    def issued(self) -> int:
        """Return how many tokens were requested."""
        return len([request for request in self.requests if request.path.endswith("/token")])

    def calls(self) -> list[str]:
        """Return which pages of users were requested: by their delta token, `everything` at first."""
        asked = [request.query for request in list(self.requests) if request.path == self.users.path]
        return [query.get("$deltatoken", "everything") for query in asked if "$skiptoken" not in query]

    def _route(self, request: WebRequest) -> WebAnswer:
        if request.path == f"/{DIRECTORY}/v2.0/.well-known/openid-configuration":
            authorize = self.token_endpoint.removesuffix("token") + "authorize"
            return WebAnswer(
                200, {"token_endpoint": self.token_endpoint, "authorization_endpoint": authorize}
            )
        if request.path == f"/{DIRECTORY}/oauth2/v2.0/token":
            return self.token_answers.pop(0) if self.token_answers else self._token(request.form)
        if request.path.startswith("/v1.0/"):
            return self.failures.pop(0) if self.failures else self._people(request)
        return token_error(90002, "invalid_tenant")

    def _token(self, form: Mapping[str, str]) -> WebAnswer:
        is_known = form.get("client_id") == CLIENT_ID and form.get("grant_type") == "client_credentials"
        if not is_known or form.get("scope") != f"{self.url}/.default":
            return token_error(700016, "unauthorized_client")
        is_signed = self.certificate is not None and self._is_signed(self.certificate, form)
        if not is_signed and form.get("client_secret") != CLIENT_SECRET:
            return token_error(7000215, "invalid_client")
        token = f"access-{next(self._numbers)}"
        self.valid_tokens.add(token)
        return WebAnswer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _is_signed(self, certificate: Certificate, form: Mapping[str, str]) -> bool:
        key = certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        claims = jwt.decode(
            form["client_assertion"],
            key,
            algorithms=["PS256"],
            audience=self.token_endpoint,
        )
        is_assertion = form.get("client_assertion_type") == ASSERTION_TYPE
        return is_assertion and claims["iss"] == claims["sub"] == CLIENT_ID

    def _people(self, request: WebRequest) -> WebAnswer:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.valid_tokens:
            return error(401, "InvalidAuthenticationToken")
        for listed in (self.users, self.contacts):
            if request.path == listed.path:
                return listed.refusal or self._changed(listed, request)
        return error(404, "Request_ResourceNotFound")

    def _changed(self, listed: DirectoryList, request: WebRequest) -> WebAnswer:
        token = request.query.get("$deltatoken")
        if token in self.expired:
            return error(410, "SyncStateNotFound", Location=f"{self.url}{listed.path}?$deltatoken=")
        if token is None and "$skiptoken" not in request.query and "id," not in request.query["$select"]:
            return error(400, "BadRequest")
        items = list(listed.items.values()) if token is None else listed.history[int(token) :]
        start = int(request.query.get("$skiptoken", "0"))
        answer: dict[str, object] = {"value": items[start : start + self.page_size]}
        query = "" if token is None else f"$deltatoken={token}&"
        if self.next_link is not None:
            answer["@odata.nextLink"] = self.next_link
        elif start + self.page_size < len(items):
            answer["@odata.nextLink"] = f"{self.url}{listed.path}?{query}$skiptoken={start + self.page_size}"
        else:
            answer["@odata.deltaLink"] = f"{self.url}{listed.path}?$deltatoken={len(listed.history)}"
        return WebAnswer(200, answer)


def token_error(code: int, name: str) -> WebAnswer:
    """Return an error of the token endpoint."""
    content = {
        "error": name,
        "error_description": f"AADSTS{code}: Text for people.\r\nTrace ID: 22222222-2222",
        "error_codes": [code],
        "trace_id": "22222222-2222-2222-2222-222222222222",
    }
    return WebAnswer(400 if name == "invalid_tenant" else 401, content)
