"""A deadline is a value: a moment until which something is waited for, handed on by whoever waits."""

import threading
import time
from dataclasses import dataclass

MAX_QUEUED_SHARE = 0.1
"""Of the timeout of a request: what it may have waited for its turn before the timeout begins."""


class _Request(threading.local):
    """The request that the present thread answers."""

    def __init__(self) -> None:
        self.arrived_at: float | None = None


_request = _Request()


def note_arrival(at: float) -> None:
    """Keep when the request came that the calling thread answers from now on (`time.monotonic`)."""
    _request.arrived_at = at


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock.

    Attributes:
        at: The moment, as `time.monotonic` counts.
        timeout: Seconds that were granted, for messages.
    """

    at: float
    timeout: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the deadline `seconds` from now."""
        return cls(time.monotonic() + seconds, seconds)

    @classmethod
    def of_request(cls, timeout: float) -> "Deadline":
        """Return the deadline of the request that this thread answers, `timeout` seconds after it came.

        So of many requests at once none is late because others came first. Only `MAX_QUEUED_SHARE` of the timeout
        may be gone by now: that the daemon is busy is no fault of the source that is asked.
        """
        now, arrived_at = time.monotonic(), _request.arrived_at
        waited = 0.0 if arrived_at is None else max(0.0, now - arrived_at)
        return cls(now - min(waited, timeout * MAX_QUEUED_SHARE) + timeout, timeout)

    @property
    def is_expired(self) -> bool:
        """Whether the moment has passed."""
        return time.monotonic() >= self.at

    def remaining(self) -> float:
        """Return the seconds that are left, 0.0 when none are."""
        return max(0.0, self.at - time.monotonic())

    def extended(self, seconds: float) -> "Deadline":
        """Return the deadline that is `seconds` later."""
        return Deadline(self.at + seconds, self.timeout + seconds)

    def within(self, seconds: float) -> "Deadline":
        """Return the earlier one of this deadline and that in `seconds` from now."""
        other = Deadline.after(seconds)
        return self if self.at <= other.at else other
