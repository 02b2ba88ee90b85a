"""The tokens of users who authenticate with a password: requested once, and used until shortly before their end."""

from concurrent.futures import Future
from threading import Lock

from xivo_dird.authenticator import WaitsFor, waiting_for
from xivo_dird_authenticators._decision_cache import DecisionCache
from xivo_dird_authenticators._identifiers import is_header_value
from xivo_dird_authenticators.wazo_auth.auth_server import AuthServer
from xivo_dird_authenticators.wazo_auth.settings import Account

PASSWORD_TOKEN_SECONDS = 600
"""Lifetime requested for the token of a user, in seconds; a changed password is noticed that late."""

CACHED_SECONDS = 540.0


class PasswordTokens:
    """Requests and caches tokens; refusals are not cached. Shared by threads."""

    def __init__(self, server: AuthServer, cached_seconds: float = CACHED_SECONDS) -> None:
        """Create an empty cache.

        Args:
            server: The authentication server.
            cached_seconds: Seconds for which a token is used.
        """
        self._server = server
        self._lock = Lock()
        self._tokens: DecisionCache[str] = DecisionCache(cached_seconds)
        self._logins: dict[str, Future[str]] = {}
        """The logins in flight, each shared by all requests with its credentials (single-flight)."""

    def get(self, account: Account, refused: str | None = None) -> str:
        """Return a token of the user.

        Args:
            account: The credentials of the user.
            refused: A token that the server has refused, and that is not returned again.

        Raises:
            RefusedByAuthServer: The server refuses the credentials.
            AuthServerUnreachable: The server does not answer, or not with a token.
        """
        credentials = f"{account.username}:{account.password.get_secret_value()}"
        with self._lock:
            cached = self._tokens.get(credentials)
            if cached is not None and cached != refused:
                return cached
            login = self._logins.get(credentials)
            is_leader = login is None
            login = login or self._logins.setdefault(credentials, Future())
        if is_leader:
            self._log_in(account, credentials, login)
            return login.result()
        with waiting_for(WaitsFor.AUTHENTICATION):
            return login.result()

    def _log_in(self, account: Account, credentials: str, login: Future[str]) -> None:
        try:
            token = self._request(account)
        except BaseException as error:  # noqa: BLE001 - all requests that wait get it
            self._end(credentials)
            login.set_exception(error)
            return
        self._tokens.put(token, credentials)
        self._end(credentials)
        login.set_result(token)

    def _request(self, account: Account) -> str:
        token = self._server.new_token(account, PASSWORD_TOKEN_SECONDS).token
        if not is_header_value(token):
            raise self._server.unreachable_error("answered 200 with a body of unknown form")
        return token

    def _end(self, credentials: str) -> None:
        with self._lock:
            del self._logins[credentials]
