"""The REST calls to the authentication server (contract sections 1.2, 1.3 and 2.4), and nothing of their rules."""

import json
import logging
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, ValidationError
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError
from urllib3.exceptions import TimeoutError as TimeoutExceeded

from xivo_dird.authenticator import AuthServerUnreachable, Deadline, notify_blocking
from xivo_dird_authenticators._identifiers import shown
from xivo_dird_authenticators.wazo_auth.settings import ServiceAccount, WazoAuthSettings, server_context
from xivo_dird_authenticators.wazo_auth.timed_connections import timed

SERVICE_TOKEN_SECONDS = 21600
KEPT_CONNECTIONS = 64
MAX_BYTES = 32 * 1024 * 1024
REPEATABLE = frozenset({"HEAD", "GET"})


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Metadata(_Answer):
    """Whom a token belongs to."""

    uuid: str | None = None
    tenant_uuid: str | None = None


class TokenData(_Answer):
    """A token's text and whom it belongs to."""

    token: str = ""
    metadata: Metadata = Metadata()


class _TokenAnswer(_Answer):
    data: TokenData


class _Tenant(_Answer):
    uuid: str


class _TenantsAnswer(_Answer):
    items: tuple[_Tenant, ...]


@dataclass(frozen=True)
class _Reply:
    status: int
    body: bytes


AnswerT = TypeVar("AnswerT", bound=_Answer)


class RefusedByAuthServer(Exception):
    """The server answered, and the answer is no; `status` is its HTTP status."""

    def __init__(self, status: int) -> None:
        """Keep the HTTP status."""
        super().__init__(f"answered {status}")
        self.status = status


class AuthServer:
    """The server behind `auth.host`; connections are kept and shared by threads.

    Every call raises `AuthServerUnreachable` when no complete answer came within `auth.timeout` seconds.
    """

    def __init__(self, settings: WazoAuthSettings) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._base_url = settings.base_url()
        self._connections = timed(
            PoolManager(num_pools=1, maxsize=KEPT_CONNECTIONS, ssl_context=server_context(settings))
        )
        _keep_tokens_out_of_the_log()

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.clear()

    def check_token(self, token: str, required_acl: str, tenant_uuid: str | None) -> int:
        """Ask whether `token` holds the ACL and reaches the tenant; answer the HTTP status."""
        query = {"scope": required_acl} | ({"tenant": tenant_uuid} if tenant_uuid else {})
        return self._ask("HEAD", _token_path(token), {"X-Auth-Token": token}, query).status

    def token_metadata(self, token: str) -> Metadata:
        """Ask whom `token` belongs to; raise `RefusedByAuthServer` for any status but 200."""
        reply = self._ask("GET", _token_path(token), {"X-Auth-Token": token})
        return self._read(reply, _TokenAnswer).data.metadata

    def tenants(self, token: str, scope: str, name: str | None = None) -> tuple[str, ...]:
        """List the UUIDs of the tenants visible from `scope`; raise `RefusedByAuthServer` if not 200."""
        headers = {"X-Auth-Token": token, "Wazo-Tenant": scope}
        reply = self._ask("GET", "/tenants", headers, {} if name is None else {"name": name})
        return tuple(tenant.uuid for tenant in self._read(reply, _TenantsAnswer).items)

    def new_service_token(self, account: ServiceAccount) -> TokenData:
        """Get a token for the daemon itself; raise `RefusedByAuthServer` for any status but 200."""
        credentials = f"{account.username}:{account.password.get_secret_value()}".encode()
        headers = {
            "Authorization": f"Basic {b64encode(credentials).decode('ascii')}",
            "Content-Type": "application/json",
        }
        reply = self._ask("POST", "/token", headers, body=json.dumps({"expiration": SERVICE_TOKEN_SECONDS}))
        return self._read(reply, _TokenAnswer).data

    def unusable(self, reason: str) -> AuthServerUnreachable:
        """Make the error for an answer that is none; `reason` names no token."""
        return AuthServerUnreachable(self._settings.host, self._settings.port, reason)

    def _ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> _Reply:
        notify_blocking()
        url = self._base_url + path + (f"?{urlencode(query, errors='replace')}" if query else "")
        try:
            response = self._answer(method, url, headers, body)
            content = response.read(MAX_BYTES + 1)
        except NewConnectionError as error:
            raise self.unusable(shown(str(error))) from error
        except TimeoutExceeded as error:
            raise self.unusable(f"no complete answer within {self._settings.timeout:g} seconds") from error
        except HTTPError as error:
            raise self.unusable(shown(str(error))) from error
        if len(content) > MAX_BYTES:
            response.close()
            raise self.unusable(f"answered more than {MAX_BYTES} bytes")
        response.release_conn()
        return _Reply(response.status, content)

    def _answer(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None
    ) -> BaseHTTPResponse:
        deadline = Deadline.after(self._settings.timeout)
        try:
            return self._send(method, url, headers, body, self._settings.timeout)
        except ProtocolError:
            if method not in REPEATABLE:
                raise
        # The server closed a kept connection just as it was used: the others are as old, so ask on a new one.
        self._connections.clear()
        return self._send(method, url, headers, body, max(deadline.remaining(), 0.001))

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None, timeout: float
    ) -> BaseHTTPResponse:
        return self._connections.request(
            method,
            url,
            headers=headers,
            body=body,
            timeout=Timeout(total=timeout),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )

    def _read(self, reply: _Reply, schema: type[AnswerT]) -> AnswerT:
        if reply.status != HTTPStatus.OK:
            raise RefusedByAuthServer(reply.status)
        try:
            return schema.model_validate_json(reply.body)
        except ValidationError as error:
            raise self.unusable("answered 200 with a body of unknown form") from error


def _token_path(token: str) -> str:
    """Put the token into one path segment; the dots too, since `..` would be taken for the parent."""
    return "/token/" + quote(token, safe="").replace(".", "%2E")


def _names_no_token(record: logging.LogRecord) -> bool:
    return "/token/" not in record.getMessage()


def _keep_tokens_out_of_the_log() -> None:
    """Drop the lines in which urllib3 logs a URL that holds a token."""
    for name in ("urllib3.connection", "urllib3.connectionpool"):
        logging.getLogger(name).addFilter(_names_no_token)
