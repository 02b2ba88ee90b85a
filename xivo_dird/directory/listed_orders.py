"""The orders of the entries that a `QueryBackend` lists, in memory: those of few contacts, such as a user's own."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from operator import itemgetter

from cachetools import LRUCache

from xivo_dird.backend import Entry
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline, until

MAX_CACHE_BYTES = 16 * 1024 * 1024
"""Maximum memory of the cached orders of one source; those that were not used for the longest time are dropped."""

_ORDER_BYTES, _ENTRY_BYTES, _CHARACTER_BYTES = 500, 150, 2


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """The entries of a list in their order: their sort keys, their ids and their groups."""

    keys: tuple[str, ...]
    ids: tuple[str, ...]
    groups: GroupCounts

    @classmethod
    def of_entries(
        cls, entries: Iterable[Entry], order: EntryOrder, unique_column: str, deadline: Deadline
    ) -> "ListedOrder":
        """Sort entries; one without an id can't be listed.

        Raises:
            DeadlinePassed: There are too many of them.
        """
        groups = GroupCounts()
        items: list[tuple[str, str]] = []
        for entry in until(deadline, entries):
            id_ = entry.get(unique_column)
            if id_ is None:
                continue
            key, text = order.key_and_text(entry)
            groups.add(key, text)
            items.append((key, str(id_)))
        items.sort(key=itemgetter(0))
        return cls(tuple(key for key, _ in items), tuple(id_ for _, id_ in items), groups)

    def page(self, from_key: str, skip: int, max_entries: int) -> tuple[str, ...]:
        """Return the ids of the entries that come next; see `Browse`."""
        start = bisect_left(self.keys, from_key) + skip
        return self.ids[start : start + max_entries]

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        characters = sum(map(len, self.keys)) + sum(map(len, self.ids))
        return _ORDER_BYTES + _ENTRY_BYTES * len(self.ids) + _CHARACTER_BYTES * characters


class ListedOrders:
    """Caches the orders of one source, each valid for a version of its list. Threads may share an instance."""

    def __init__(self, max_bytes: int = MAX_CACHE_BYTES) -> None:
        """Create an empty cache of at most `max_bytes`."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._cached: LRUCache[Hashable, tuple[Hashable, ListedOrder, int]] = LRUCache(
            max_bytes, getsizeof=lambda cached: cached[2]
        )

    def get(self, key: Hashable, version: Hashable, read: Callable[[], ListedOrder]) -> ListedOrder:
        """Return an order: the cached one if it is of this version, else the one that `read` returns."""
        with self._lock:
            cached = self._cached.get(key)
        if cached is not None and cached[0] == version:
            return cached[1]
        order = read()
        size = order.size
        if size <= self._max_bytes:
            with self._lock:
                self._cached[key] = (version, order, size)
        return order
