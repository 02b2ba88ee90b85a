"""The orders of the entries that backends list themselves, in memory: those of stored contacts, for example."""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from xivo_dird.directory.listed_order import ListedOrder
from xivo_dird.threads.deadline import Deadline, DeadlinePassed
from xivo_dird.versioned_cache import VersionedCache

MAX_CACHE_BYTES = 32 * 1024 * 1024
"""Maximum memory of all cached orders; those that were not used for the longest time are dropped."""


@dataclass(slots=True)
class _Sorting:
    """The lock of an order that is being sorted, and the number of threads that hold it or wait for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: int = 0


class VersionedOrder(NamedTuple):
    """An order of a list of this version or a newer one."""

    version: str
    order: ListedOrder


class ListedOrders:
    """Caches orders, each valid for a version of its list. Threads may share an instance; one sorts for all."""

    def __init__(self, max_bytes: int = MAX_CACHE_BYTES) -> None:
        """Create an empty cache of at most `max_bytes`."""
        self._lock = threading.Lock()
        self._sorting: dict[Hashable, _Sorting] = {}
        self._cached: VersionedCache[Hashable, str, VersionedOrder] = VersionedCache(max_bytes)

    def get(
        self, key: Hashable, version: Callable[[], str], read: Callable[[], ListedOrder], deadline: Deadline
    ) -> VersionedOrder:
        """Return an order: the cached one if it is of the version of the list, else the one that `read` returns.

        Args:
            key: Identifies the order.
            version: Returns the version of the list; called again after a wait for another thread.
            read: Sorts the list.
            deadline: When to stop waiting for another thread that sorts it.

        Raises:
            DeadlinePassed: Another thread has not sorted it at the deadline.
            Exception: Whatever `version` and `read` raise.
        """
        cached = self._cached.find(key, version())
        if cached is not None:
            return cached
        with self._sorting_alone(key, deadline):
            current = version()  # after a later change the order is not used again, even if `read` sees that
            cached = self._cached.find(key, current)
            if cached is None:
                cached = VersionedOrder(current, read())
                self._cached.put(key, current, cached, cached.order.size)
            return cached

    @contextmanager
    def _sorting_alone(self, key: Hashable, deadline: Deadline) -> Iterator[None]:
        """Hold the lock of an order, so that no other thread sorts it."""
        with self._lock:
            sorting = self._sorting.setdefault(key, _Sorting())
            sorting.threads += 1
        try:
            if not sorting.lock.acquire(timeout=min(deadline.remaining(), threading.TIMEOUT_MAX)):
                raise DeadlinePassed("its entries are still being sorted")
            try:
                yield
            finally:
                sorting.lock.release()
        finally:
            with self._lock:
                sorting.threads -= 1
                if not sorting.threads:
                    del self._sorting[key]
