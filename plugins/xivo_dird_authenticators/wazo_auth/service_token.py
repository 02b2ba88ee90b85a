"""The daemon's own token, which is renewed in the background (contract section 1.2)."""

import logging
from collections.abc import Callable
from threading import Lock

from xivo_dird.authenticator import AuthServerUnreachable, Background, Backoff, canonical_uuid
from xivo_dird_authenticators._identifiers import is_header_value
from xivo_dird_authenticators.wazo_auth.auth_server import (
    AuthServer,
    RefusedByAuthServer,
    TokenData,
)
from xivo_dird_authenticators.wazo_auth.settings import Account

logger = logging.getLogger(__name__)

SERVICE_TOKEN_SECONDS = 21600
"""Lifetime requested for the service token, in seconds."""

RENEWAL_SECONDS = 0.8 * SERVICE_TOKEN_SECONDS
MAX_PAUSE_SECONDS = 32.0
STOP_TIMEOUT_SECONDS = 5.0


class ServiceToken:
    """Holds a valid service token between `start` and `stop`; shared by threads."""

    def __init__(
        self, server: AuthServer, account: Account, wait: Callable[[float], bool] | None = None
    ) -> None:
        """Create it without a token; no request is sent yet.

        Args:
            server: The authentication server.
            account: The account that the token is requested with.
            wait: Waits for a number of seconds; returns whether the renewal must stop.
        """
        self._server = server
        self._account = account
        self._background = Background("service-token", self.renew_until_stopped, STOP_TIMEOUT_SECONDS)
        self._wait = wait or self._background.wait
        self._renewal_lock = Lock()
        self._token: str | None = None
        self._master_tenant: str | None = None

    def start(self) -> None:
        """Start the thread that requests the first token and renews it."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread; wait at most `STOP_TIMEOUT_SECONDS` for a running request."""
        self._background.stop()

    def current(self) -> str:
        """Return the token.

        Raises:
            AuthServerUnreachable: There is no token yet.
        """
        if self._token is None:
            raise self._server.unreachable_error("it has not given this daemon a service token yet")
        return self._token

    def master_tenant(self) -> str | None:
        """Return the tenant of the first token, None if there is no token yet."""
        return self._master_tenant

    def renew(self, refused: str | None = None) -> str:
        """Request a new token and return it.

        Args:
            refused: The token that the server has refused. If another thread has already replaced it, the
                replacement is returned instead.

        Raises:
            AuthServerUnreachable: The server doesn't return a token.
        """
        with self._renewal_lock:
            if refused is not None and self._token is not None and self._token != refused:
                return self._token
            data = self._request_token()
            if not is_header_value(data.token):
                raise self._server.unreachable_error("answered 200 with a body of unknown form")
            self._token = data.token
            if self._master_tenant is None and data.metadata.tenant_uuid:
                self._master_tenant = canonical_uuid(data.metadata.tenant_uuid)
            return data.token

    def renew_until_stopped(self) -> None:
        """Renew the token at 80 % of its lifetime; after failures retry after 1, 2, 4, 8, 16, then every 32 seconds."""
        backoff = Backoff(MAX_PAUSE_SECONDS, min_pause=1.0)
        while True:
            try:
                self.renew()
            except AuthServerUnreachable as error:
                pause = backoff.next_pause()
                logger.warning("No service token; retrying in %g s: %s", pause, error)
            else:
                pause = RENEWAL_SECONDS
                backoff.reset()
            if self._wait(pause):
                return

    def _request_token(self) -> TokenData:
        try:
            return self._server.new_token(self._account, SERVICE_TOKEN_SECONDS)
        except RefusedByAuthServer as error:
            raise self._server.unreachable_error(f"{error} to the service account") from error
