"""The slots of readers that wait for new events; each occupies a thread of the server."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from xivo_dird.exceptions import TooBusy, TooManyRequests

RETRY_AFTER_SECONDS = 5
"""Seconds after which a reader without a slot should try again."""


class WaitingSlots:
    """Limits how many readers wait at the same time, in all and of one owner."""

    def __init__(self, total: int, per_owner: int) -> None:
        """Create free slots: `total` in all, of which an owner can have `per_owner`."""
        self._total = total
        self._per_owner = per_owner
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    @contextmanager
    def hold(self, owner: str) -> Iterator[None]:
        """Occupy a slot in the block.

        Args:
            owner: Whose slot it is: a user, or a tenant for a token without a user.

        Raises:
            TooManyRequests: The owner has no more slots.
            TooBusy: No slot is free.
        """
        self._acquire(owner)
        try:
            yield
        finally:
            self._release(owner)

    def _acquire(self, owner: str) -> None:
        with self._lock:
            if self._counts[owner] >= self._per_owner:
                message = (
                    f"The user has {self._per_owner} requests that wait for events, which is the maximum"
                )
                raise TooManyRequests(message, RETRY_AFTER_SECONDS)
            if self._counts.total() >= self._total:
                message = f"{self._total} requests wait for events, which is the maximum"
                raise TooBusy(message, RETRY_AFTER_SECONDS)
            self._counts[owner] += 1

    def _release(self, owner: str) -> None:
        with self._lock:
            self._counts[owner] -= 1
            if not self._counts[owner]:
                del self._counts[owner]
