"""Signing in and out, and the authentication of the requests of a session."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from xivo_dird.authenticator import (
    MISSING_PERMISSION,
    SESSION_ACL,
    AnyAuthenticator,
    invalid_password,
    without_token,
)
from xivo_dird.caller import Caller
from xivo_dird.database.engine import Database, Session
from xivo_dird.exceptions import Unauthorized
from xivo_dird.failure_limit import FailureLimit
from xivo_dird.sessions import dao
from xivo_dird.sessions.keys import MAX_SECRET_CHARACTERS, Keys, decrypt, encrypt, keys_of, new_secret
from xivo_dird.sessions.model import BrowserSession, Credentials, Method

MAX_SESSIONS = 100
"""Maximum number of sessions of a user; one more ends the oldest."""

CODE_SECONDS = 3600
"""Seconds after which a one-use code can't be used any more."""


class SessionService:
    """The sessions of all users. They are in the database, so every process and host that shares it knows them."""

    def __init__(
        self,
        database: Database,
        authenticator: AnyAuthenticator,
        failures: FailureLimit,
        seconds: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Create the service.

        Args:
            database: Stores the sessions.
            authenticator: Decides who may sign in, and what the requests of a session may do.
            failures: Counts wrong credentials by the origin of the client.
            seconds: Seconds after which a session ends.
            clock: Returns the seconds since 1970.
        """
        self._database = database
        self._authenticator = authenticator
        self._failures = failures
        self.seconds = seconds
        self._clock = clock

    @property
    def methods(self) -> list[Method]:
        """Return how people can sign in."""
        return ["password", "token"] if self._authenticator.accepts_passwords else ["token"]

    def sign_in_with_password(self, username: str, password: str, origin: str) -> BrowserSession:
        """Open a session for a user; `origin` says where the client is.

        Raises:
            Unauthorized: User name or password is wrong.
            TooManyRequests: The client has sent too many wrong credentials.
            TooBusy: Too many passwords are checked at once.
            AuthServerUnreachable: The authentication server does not answer.
        """
        with ExitStack() as undo:
            with self._failures.counting(origin), _hidden_token():
                if not self._authenticator.accepts_passwords:
                    raise invalid_password(username, "")
                user = self._authenticator.sign_in(username, password, self.seconds)
                undo.callback(self._authenticator.sign_out, user.credentials)
            session = self._open(
                Credentials(
                    text=user.credentials,
                    is_token=False,
                    user_uuid=user.user_uuid,
                    tenant_uuid=user.tenant_uuid,
                )
            )
            undo.pop_all()
        return session

    def sign_in_with_token(self, token: str, origin: str) -> BrowserSession:
        """Open a session for the user of a token; for the errors see `sign_in_with_password`."""
        with self._failures.counting(origin), _hidden_token():
            credentials = self._credentials_of(token)
        return self._open(credentials)

    def sign_in_with_code(self, code: str, origin: str, *, is_loopback: bool) -> BrowserSession:
        """Open a session with a code of `new_code`, which can't be used again; for the errors see above.

        Args:
            code: The code.
            origin: Where the client is.
            is_loopback: Whether the client is on this host; only then the code is valid.
        """
        with self._failures.counting(origin), _hidden_token():
            session = self._redeem(code) if is_loopback else None
            if session is None:
                raise Unauthorized("Unauthorized", {"reason": "code_used_or_expired"})
        return session

    def new_code(self, token: str) -> str:
        """Return a code that opens one session for the user of a token, within `CODE_SECONDS`.

        Raises:
            Unauthorized: The token may not open a session.
        """
        code, credentials = new_secret(), self._credentials_of(token)
        with self._database.changing() as transaction:
            self._add(transaction, keys_of(code), credentials, self._clock() + CODE_SECONDS, is_code=True)
        return code

    def find(self, secret: str) -> BrowserSession | None:
        """Return the session whose cookie has this value, None if there is none or it has ended."""
        if not 0 < len(secret) <= MAX_SECRET_CHARACTERS:
            return None
        keys = keys_of(secret)
        with self._database.reading() as transaction:
            stored = dao.find(transaction, keys.digest, self._clock(), is_code=False)
        credentials = None if stored is None else decrypt(keys, stored.credentials)
        if stored is None or credentials is None:
            return None
        return _session(secret, keys, credentials, stored.expires_at)

    def authenticate(self, session: BrowserSession, required_acl: str, tenant_uuid: str | None) -> Caller:
        """Return the caller of a request of a session; see `Authenticator.authenticate`. No error has the token."""
        credentials = session.credentials
        is_token, authenticator = credentials.is_token, self._authenticator
        authenticate = authenticator.authenticate if is_token else authenticator.authenticate_signed_in
        with _hidden_token():
            return authenticate(credentials.text, required_acl, tenant_uuid)

    def is_valid(self, session: BrowserSession) -> bool:
        """Return whether the user, password or token that opened a session is still valid.

        Raises:
            AuthServerUnreachable: The authentication server does not answer.
        """
        try:
            self.authenticate(session, SESSION_ACL, None)
        except Unauthorized as error:
            return error.details.get("reason") == MISSING_PERMISSION
        return True

    def sign_out(self, session: BrowserSession) -> None:
        """End a session, at once for all processes and hosts."""
        with self._database.changing() as transaction:
            dao.remove(transaction, keys_of(session.secret).digest)
        if not session.credentials.is_token:
            self._authenticator.sign_out(session.credentials.text)

    def _credentials_of(self, token: str) -> Credentials:
        caller = self._authenticator.identify(token)
        return Credentials(
            text=token, is_token=True, user_uuid=caller.user_uuid, tenant_uuid=caller.token_tenant_uuid
        )

    def _redeem(self, code: str) -> BrowserSession | None:
        """Return a session in exchange for a code; if it can't be stored, the code remains valid."""
        if not 0 < len(code) <= MAX_SECRET_CHARACTERS:
            return None
        keys = keys_of(code)
        with self._database.changing() as transaction:
            stored = dao.find(transaction, keys.digest, self._clock(), is_code=True)
            if stored is None or not dao.remove(transaction, keys.digest):
                return None
            credentials = decrypt(keys, stored.credentials)
            return None if credentials is None else self._add_session(transaction, credentials)

    def _open(self, credentials: Credentials) -> BrowserSession:
        with self._database.changing() as transaction:
            return self._add_session(transaction, credentials)

    def _add_session(self, transaction: Session, credentials: Credentials) -> BrowserSession:
        secret = new_secret()
        keys = keys_of(secret)
        expires_at = self._clock() + self.seconds
        self._add(transaction, keys, credentials, expires_at, is_code=False)
        return _session(secret, keys, credentials, expires_at)

    def _add(
        self, transaction: Session, keys: Keys, credentials: Credentials, expires_at: float, *, is_code: bool
    ) -> None:
        stored, owner = dao.StoredSession(encrypt(keys, credentials), expires_at), credentials.owner
        dao.lock_owner(transaction, owner)
        dao.remove_expired(transaction, self._clock())
        dao.add(transaction, keys.digest, owner, stored, is_code=is_code)
        dao.remove_surplus(transaction, owner, keys.digest, MAX_SESSIONS)


def _session(secret: str, keys: Keys, credentials: Credentials, expires_at: float) -> BrowserSession:
    return BrowserSession(
        secret=secret, csrf_token=keys.csrf_token, credentials=credentials, expires_at=expires_at
    )


@contextmanager
def _hidden_token() -> Iterator[None]:
    """Remove the token from errors: the client has sent it once, or never had it."""
    try:
        yield
    except Unauthorized as error:
        raise without_token(error) from error
