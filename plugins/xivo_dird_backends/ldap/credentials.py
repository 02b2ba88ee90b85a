"""The password of a source: once a server rejects it, no connection of the source sends it again for a long time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from xivo_dird.backend import Deadline, SourceUnavailable

REJECTION_PAUSE_SECONDS = 1800.0
"""Seconds for which a rejected password is not sent again: directories lock an account after a few tries."""


class CredentialsRejected(SourceUnavailable):
    """The server rejects the password, as the other servers of the directory would.

    They are not tried: each try may count towards the lock of the account.
    """


class PasswordGuard:
    """Decides whether the password may be sent. Shared by the threads of a source; an edited source has a new one.

    Until a server has accepted the password, one connection at a time sends it.
    """

    def __init__(self, pause: float = REJECTION_PAUSE_SECONDS) -> None:
        """Store the seconds for which a rejected password is not sent again."""
        self._pause = pause
        self._lock = Lock()
        self._is_accepted = False
        self._rejection: tuple[Deadline, str] | None = None

    @contextmanager
    def sending(self, deadline: Deadline) -> Iterator[None]:
        """Note whether the bind in this context succeeds.

        Raises:
            CredentialsRejected: The server rejects the password, or did so not long ago.
            SourceUnavailable: Another connection has been waiting for an answer to its bind until the deadline.
        """
        self._check()
        must_wait = not self._is_accepted
        if must_wait and not self._lock.acquire(timeout=deadline.remaining()):
            raise SourceUnavailable("another connection still waits for the answer to its bind")
        try:
            self._check()
            yield
            self._is_accepted = True
        except CredentialsRejected as error:
            self._is_accepted = False
            self._rejection = self._rejection or (Deadline.after(self._pause), error.message)
            raise
        finally:
            if must_wait:
                self._lock.release()

    def _check(self) -> None:
        rejection = self._rejection
        if rejection is None:
            return
        until, message = rejection
        if not until.is_expired:
            raise CredentialsRejected(
                f"{message}; the password is not sent again before {self._pause / 60:.0f} minutes have passed or the"
                " source is changed, so that the account is not locked"
            )
        self._rejection = None
