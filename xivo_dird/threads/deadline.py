"""Deadlines: points in time until which a caller waits, passed down as values."""

import math
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from xivo_dird.blocking import share_processor
from xivo_dird.exceptions import SourceUnavailable

MAX_QUEUED_SHARE = 0.1
"""Largest share of the timeout of a request that its wait for a thread may use up."""


ITEMS_PER_CHECK = 256
"""Number of items that `until` yields between two looks at the clock."""

ItemT = TypeVar("ItemT")


class DeadlinePassed(SourceUnavailable):
    """Work was given up, since its deadline has passed."""


class _Request(threading.local):
    """The request that the current thread answers."""

    def __init__(self) -> None:
        self.arrived_at: float | None = None


_request = _Request()


def record_arrival(arrived_at: float) -> None:
    """Record when the request arrived (`time.monotonic`) that the calling thread answers from now on."""
    _request.arrived_at = arrived_at


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time on the monotonic clock.

    Attributes:
        at: The point in time, as `time.monotonic` counts.
        timeout: Seconds from the start of the wait to the deadline, for messages.
    """

    at: float
    timeout: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the deadline `seconds` from now."""
        return cls(time.monotonic() + seconds, seconds)

    @classmethod
    def of_request(cls, timeout: float, asked_at: float | None = None) -> "Deadline":
        """Return the deadline of the request that this thread answers.

        The timeout starts when the request arrives, so that a request that waited for a thread does not end
        late. At most `MAX_QUEUED_SHARE` of the timeout may be used up by that wait, so that sources have time to
        answer even if the daemon is busy.

        Args:
            timeout: Timeout of the request in seconds.
            asked_at: When this thread began to answer (`time.monotonic`), by default now.
        """
        now, arrived_at = time.monotonic() if asked_at is None else asked_at, _request.arrived_at
        waited = 0.0 if arrived_at is None else max(0.0, now - arrived_at)
        return cls(now - min(waited, timeout * MAX_QUEUED_SHARE) + timeout, timeout)

    @property
    def is_expired(self) -> bool:
        """Return True if the deadline has passed."""
        return time.monotonic() >= self.at

    def remaining(self) -> float:
        """Return the remaining seconds, 0.0 if the deadline has passed."""
        return max(0.0, self.at - time.monotonic())

    def extended(self, seconds: float) -> "Deadline":
        """Return a deadline that is `seconds` later."""
        return Deadline(self.at + seconds, self.timeout + seconds)

    def within(self, seconds: float) -> "Deadline":
        """Return the earlier of this deadline and the one `seconds` from now."""
        return self.earlier(Deadline.after(seconds))

    def earlier(self, other: "Deadline") -> "Deadline":
        """Return the earlier of two deadlines."""
        return self if self.at <= other.at else other


NO_DEADLINE = Deadline(math.inf, math.inf)


def until(
    deadline: Deadline, items: Iterable[ItemT], items_per_check: int = ITEMS_PER_CHECK
) -> Iterator[ItemT]:
    """Yield items as long as the deadline has not passed; after so many items, check it and let other requests go on.

    Raises:
        DeadlinePassed: The deadline has passed, and there are more items.
        TooBusy: There are more items, and too many requests have so many.
    """
    remaining = iter(items)
    batch = list(islice(remaining, items_per_check))
    while batch:
        yield from batch
        batch = list(islice(remaining, items_per_check))
        if batch:
            share_processor(deadline.remaining())
            if deadline.is_expired:
                raise DeadlinePassed(f"no complete answer within {deadline.timeout:g} s")
