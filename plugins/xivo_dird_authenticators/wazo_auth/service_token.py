"""The daemon's own token at the authentication server, renewed in the background (contract section 1.2)."""

import logging
from collections.abc import Callable
from threading import Lock

from xivo_dird.authenticator import AuthServerUnreachable, Background, Backoff
from xivo_dird_authenticators._identifiers import canonical_uuid, is_header_text
from xivo_dird_authenticators.wazo_auth.auth_server import (
    SERVICE_TOKEN_SECONDS,
    AuthServer,
    RefusedByAuthServer,
    TokenData,
)
from xivo_dird_authenticators.wazo_auth.settings import ServiceAccount

logger = logging.getLogger(__name__)

RENEWAL_SECONDS = 0.8 * SERVICE_TOKEN_SECONDS
MAX_PAUSE_SECONDS = 32.0
MAX_STOP_SECONDS = 5.0


class ServiceToken:
    """Keeps a valid service token from `start` to `stop`; shared by threads."""

    def __init__(
        self, server: AuthServer, account: ServiceAccount, stopped: Callable[[float], bool] | None = None
    ) -> None:
        """Ask nothing yet. `stopped(seconds)` waits that long and answers whether to end."""
        self._server = server
        self._account = account
        self._background = Background("service-token", self.keep_renewed, MAX_STOP_SECONDS)
        self._stopped = stopped or self._background.wait
        self._renewing = Lock()
        self._token: str | None = None
        self._master_tenant: str | None = None

    def start(self) -> None:
        """Get the first token in the background."""
        self._background.start()

    def stop(self) -> None:
        """End the background work; a call that still runs gets a few seconds to end."""
        self._background.stop()

    def current(self) -> str:
        """Answer the token; raise `AuthServerUnreachable` while there is none."""
        if self._token is None:
            raise self._server.unusable("it has not given this daemon a service token yet")
        return self._token

    def master_tenant(self) -> str | None:
        """Answer the tenant of the first token, None before it."""
        return self._master_tenant

    def renew(self, refused: str | None = None) -> str:
        """Get a new token now, once for all threads in which the token `refused` was refused."""
        with self._renewing:
            if refused is not None and self._token is not None and self._token != refused:
                return self._token
            data = self._asked()
            if not is_header_text(data.token):
                raise self._server.unusable("answered 200 with a body of unknown form")
            self._token = data.token
            if self._master_tenant is None and data.metadata.tenant_uuid:
                self._master_tenant = canonical_uuid(data.metadata.tenant_uuid)
            return data.token

    def keep_renewed(self) -> None:
        """Renew at 80 % of the life time; after failures wait 1, 2, 4, 8, 16, then every 32 seconds."""
        backoff = Backoff(MAX_PAUSE_SECONDS, min_pause=1.0)
        while True:
            try:
                self.renew()
            except AuthServerUnreachable as error:
                wait = backoff.next_pause()
                logger.warning("No service token, next try in %g s: %s", wait, error.details)
            else:
                wait = RENEWAL_SECONDS
                backoff.reset()
            if self._stopped(wait):
                return

    def _asked(self) -> TokenData:
        try:
            return self._server.new_service_token(self._account)
        except RefusedByAuthServer as error:
            raise self._server.unusable(f"{error} to the service account") from error
