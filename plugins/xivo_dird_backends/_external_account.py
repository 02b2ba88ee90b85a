"""The tokens of users for other services, which the authentication server stores (contract section 3.7)."""

from http import HTTPStatus
from threading import Lock
from urllib.parse import quote

from cachetools import TTLCache

from xivo_dird.backend import (
    AllowedFolders,
    Caller,
    Environment,
    HttpLimits,
    SourceDataMissing,
    SourceUnavailable,
)
from xivo_dird_backends._certificates import tls_contexts
from xivo_dird_backends._json_fields import json_object, json_text
from xivo_dird_backends._remote_options import AuthServerOptions

AUTHORIZED_SECONDS, MAX_AUTHORIZED = 300.0, 10_000
"""Seconds for which a token of another may read the contacts of a user, and for how many pairs of them this is kept."""


class ExternalAccounts:
    """Requests the access tokens of users, each with the token of the caller; shared by threads."""

    def __init__(
        self,
        service: str,
        server: AuthServerOptions,
        environment: Environment,
        folders: AllowedFolders,
    ) -> None:
        """Create a client of the authentication server.

        Args:
            service: The name of the other service, such as `google`.
            server: The authentication server.
            environment: Opens the connections.
            folders: Where certificates may be read.

        Raises:
            InvalidSource: The server can't be asked.
        """
        self._base = server.base_url(server.prefix, server.version)
        self._service = service
        self._host = server.host
        self._is_trusted = environment.outgoing.is_trusted(server.host, server.port)
        self._client = environment.outgoing.http_client(
            {"auth.host": self._base},
            new_tls_context=tls_contexts("auth.verify_certificate", server.verify_certificate, folders),
            limits=HttpLimits(timeout=server.timeout_seconds),
        )
        self._lock = Lock()
        self._authorized: TTLCache[tuple[str, str | None], bool] = TTLCache(
            MAX_AUTHORIZED, AUTHORIZED_SECONDS
        )

    def access_token(self, caller: Caller) -> str:
        """Return the access token of the user of a caller.

        The token of the caller is sent to servers that the administrator names only. A client that creates sources
        could otherwise collect the tokens of all who ask.

        Raises:
            SourceDataMissing: The user has linked no account, or the caller has no token.
            SourceUnavailable: The server is not named, refuses the token of the caller, or does not answer.
        """
        if not self._is_trusted:
            raise SourceUnavailable(
                f"auth.host: tokens of users are sent to servers that the administrator names: add {self._host} to"
                " outgoing.allow"
            )
        if set(caller.user_uuid or "") <= {"."}:  # no user, and nothing that leads to another path
            raise SourceDataMissing("only a user has an account")
        if not caller.token:
            raise SourceDataMissing("only a caller with a token of the authentication server has an account")
        user = quote(caller.user_uuid or "", safe="", errors="surrogatepass")
        url = f"{self._base}/users/{user}/external/{self._service}"
        response = self._client.get(url, headers={"X-Auth-Token": caller.token})
        if response.status == HTTPStatus.NOT_FOUND:
            raise SourceDataMissing(f"the user has linked no {self._service} account")
        token = json_text(json_object(response.require_success().json()).get("access_token"))
        if not (token.isascii() and token.isprintable()) or not token.strip() or " " in token:
            raise SourceUnavailable(f"{response.server} answered no usable access token")
        return token

    def authorize(self, caller: Caller) -> None:
        """Check that the server would give the caller the access token of the user, at most some minutes ago.

        Raises:
            SourceUnavailable: It would not, or it does not answer.
        """
        key = (caller.token, caller.user_uuid)
        with self._lock:
            if key in self._authorized:
                return
        self.access_token(caller)
        with self._lock:
            self._authorized[key] = True

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()
