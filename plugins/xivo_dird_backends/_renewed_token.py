"""A token with a limited life, which is renewed early, and by one thread for all."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from xivo_dird.backend import Deadline, SourceUnavailable

RENEWAL_SHARE = 0.8
"""The part of its life after which a token is renewed: of an hour, twelve minutes before its end."""

RETRY_SECONDS = 32.0
"""Seconds for which a token is used after a renewal has failed, before the next attempt."""

MIN_LIFE_SECONDS, MAX_LIFE_SECONDS = 60.0, 24 * 3600.0
"""A server that names a shorter or a longer life is not believed."""


class IssuedToken(NamedTuple):
    """A new token.

    Attributes:
        text: The token.
        seconds: Its life.
    """

    text: str
    seconds: float

    def __repr__(self) -> str:
        """Return a text without the token."""
        return f"IssuedToken({self.seconds})"


class _Token(NamedTuple):
    text: str
    renewal_at: float
    end: float


class _FailedRenewal(NamedTuple):
    message: str
    at: float


class RenewedToken(ABC):
    """Requests the token when it is needed; shared by threads, of which one requests it for all."""

    def __init__(self, server: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without a token.

        Args:
            server: Who issues tokens, for errors.
            clock: Returns the time in seconds.
        """
        self._server = server
        self._clock = clock
        self._lock = Lock()
        self._token: _Token | None = None
        self._failure = _FailedRenewal("", -math.inf)

    @abstractmethod
    def request(self, deadline: Deadline) -> IssuedToken:
        """Return a new token.

        Raises:
            SourceUnavailable: There is none; the message has neither a token nor a password.
            InvalidSource: The account may not be read.
        """

    def get(self, deadline: Deadline, refused: str | None = None) -> str:
        """Return a token: at 80 % of the life of the last one a new one, if the server gives one.

        Args:
            deadline: When to stop waiting.
            refused: A token that a server has refused, which is replaced unless that has been done.

        Raises:
            SourceUnavailable: There is none; the message has neither a token nor a password.
            InvalidSource: The account may not be read.
        """
        began_at = self._clock()
        text = self._current(refused)
        if text is not None:
            return text
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise SourceUnavailable(f"{self._server}: no token within {deadline.timeout:g} s")
        try:
            return self._current(refused) or self._renew(refused, began_at, deadline)
        finally:
            self._lock.release()

    def _current(self, refused: str | None) -> str | None:
        """Return the token, None if it has to be renewed or was refused."""
        token = self._token
        if token is None or token.text == refused or self._clock() >= token.renewal_at:
            return None
        return token.text

    def _renew(self, refused: str | None, began_at: float, deadline: Deadline) -> str:
        """Request a token; share the failure of a request that another thread began meanwhile."""
        if self._failure.at >= began_at:
            raise SourceUnavailable(self._failure.message)
        try:
            issued = self._usable(self.request(deadline))
        except SourceUnavailable as error:
            now, token = self._clock(), self._token
            if token is not None and token.text != refused and now < token.end:
                self._token = token._replace(renewal_at=now + RETRY_SECONDS)
                return token.text
            self._failure = _FailedRenewal(error.message, now)
            raise
        now = self._clock()
        life = min(max(issued.seconds, MIN_LIFE_SECONDS), MAX_LIFE_SECONDS)
        self._token = _Token(issued.text, now + RENEWAL_SHARE * life, now + life)
        return issued.text

    def _usable(self, issued: IssuedToken) -> IssuedToken:
        if not (issued.text.isascii() and issued.text.isprintable()) or not issued.text.strip():
            raise SourceUnavailable(f"{self._server} answered no token that can be used")
        return issued
