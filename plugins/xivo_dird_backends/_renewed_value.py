"""A value with a limited life, such as a token or a session: renewed early, and by one thread for all."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from xivo_dird.backend import Deadline, SourceUnavailable

RENEWAL_SHARE = 0.8
"""The part of its life after which a value is renewed: of an hour, twelve minutes before its end."""

RETRY_SECONDS = 32.0
"""Seconds for which a value is used after a renewal has failed, before the next attempt."""

MIN_LIFE_SECONDS, MAX_LIFE_SECONDS = 10.0, 24 * 3600.0
"""A server that names a shorter or a longer life is not believed."""

UNKNOWN_LIFE_SECONDS = 300.0
"""The life of a value if its server names none."""

T = TypeVar("T")


class IssuedValue(NamedTuple, Generic[T]):
    """A new value.

    Attributes:
        value: The value, which is secret.
        seconds: Its life.
    """

    value: T
    seconds: float

    def __repr__(self) -> str:
        """Return a text without the value."""
        return f"IssuedValue({self.seconds})"


class _Kept(NamedTuple, Generic[T]):
    value: T
    renewal_at: float
    end: float

    def __repr__(self) -> str:
        """Return a text without the value."""
        return f"_Kept({self.renewal_at}, {self.end})"


class _FailedRenewal(NamedTuple):
    message: str
    at: float


class RenewedValue(ABC, Generic[T]):
    """Requests the value when it is needed; shared by threads, of which one requests it for all."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without a value.

        Args:
            name: What is renewed and by which server, for errors.
            clock: Returns the time in seconds.
        """
        self._name = name
        self._clock = clock
        self._lock = Lock()
        self._kept: _Kept[T] | None = None
        self._failure = _FailedRenewal("", -math.inf)

    @abstractmethod
    def request(self, deadline: Deadline) -> IssuedValue[T]:
        """Return a new value.

        Raises:
            SourceUnavailable: There is none; the message has no secret.
            InvalidSource: The account may not be read.
        """

    def get(self, deadline: Deadline, refused: T | None = None) -> T:
        """Return a value: at 80 % of the life of the last one a new one, if the server gives one in half of the time.

        Until then other threads get the last one.

        Args:
            deadline: When to stop waiting.
            refused: A value that a server has refused, which is replaced unless that has been done.

        Raises:
            SourceUnavailable: There is none; the message has no secret.
            InvalidSource: The account may not be read.
        """
        began_at = self._clock()
        kept = self._current(refused)
        if kept is not None:
            return kept.value
        usable = self._usable(refused)
        if not self._lock.acquire(timeout=deadline.remaining() if usable is None else 0.0):
            if usable is not None:
                return usable.value  # another thread renews it
            raise SourceUnavailable(f"no {self._name} within {deadline.timeout:g} s")
        try:
            return (self._current(refused) or self._renewed(refused, began_at, deadline)).value
        finally:
            self._lock.release()

    def _current(self, refused: T | None) -> _Kept[T] | None:
        """Return the value, None if it has to be renewed or was refused."""
        kept = self._usable(refused)
        return kept if kept is not None and self._clock() < kept.renewal_at else None

    def _usable(self, refused: T | None) -> _Kept[T] | None:
        """Return the value, None if its life has ended or it was refused."""
        kept = self._kept
        return kept if kept is not None and kept.value != refused and self._clock() < kept.end else None

    def _renewed(self, refused: T | None, began_at: float, deadline: Deadline) -> _Kept[T]:
        """Request a value; share the failure of a request that another thread began meanwhile."""
        if self._failure.at >= began_at:
            raise SourceUnavailable(self._failure.message)
        self._kept = self._usable(refused)
        if self._kept is not None:  # a server that does not answer must leave time to use it
            deadline = deadline.within(deadline.remaining() / 2)
        try:
            value, seconds = self.request(deadline)
        except SourceUnavailable as error:
            now, kept = self._clock(), self._usable(refused)
            if kept is None:
                self._failure = _FailedRenewal(error.message, now)
                raise
            self._kept = kept._replace(renewal_at=min(now + RETRY_SECONDS, kept.end))
            return self._kept
        now = self._clock()
        self._kept = _Kept(value, now + RENEWAL_SHARE * seconds, now + seconds)
        return self._kept


def believable_life(seconds: float | None) -> float:
    """Return the life that a server names, within the limits of what is believed; NaN is the shortest."""
    if seconds is None:
        return UNKNOWN_LIFE_SECONDS
    return min(max(MIN_LIFE_SECONDS, seconds), MAX_LIFE_SECONDS)
