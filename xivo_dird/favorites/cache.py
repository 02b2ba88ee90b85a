"""A cache of favorites, so that a lookup does not need to query the database."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from operator import attrgetter
from typing import NamedTuple

from cachetools import LRUCache

from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.favorites.model import FavoriteIds
from xivo_dird.shared_counters import SharedCounters
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline

TTL_SECONDS = 0.5
"""Seconds after which a change by a process that does not share the counters is noticed at the latest."""

MAX_BYTES = 64 * 1024 * 1024
"""Maximum memory of all cached favorites, in bytes; those that were not used for the longest time are dropped."""

_USER_BYTES, _FAVORITE_BYTES = 500, 100
"""Memory of a user and of a favorite, apart from the characters of their ids."""


class _CachedFavorites(NamedTuple):
    read_at: float
    state: bytes
    favorites: FavoriteIds
    size: int


class FavoritesCache:
    """The favorites of users. A change by any worker process is visible immediately. Threads may share an instance."""

    def __init__(
        self,
        read: Callable[[str, Deadline], FavoriteIds],
        counters: SharedCounters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create an empty cache.

        Args:
            read: Returns the favorites of a user from the database, by a deadline.
            counters: Where the worker processes count changes.
            clock: Returns the time in seconds.
        """
        self._read = read
        self._counters = counters
        self._clock = clock
        self._lock = threading.Lock()
        self._cached: LRUCache[str, _CachedFavorites] = LRUCache(MAX_BYTES, getsizeof=attrgetter("size"))

    def get(self, user_uuid: str, deadline: Deadline = NO_DEADLINE) -> FavoriteIds:
        """Return a user's favorites; if the database does not answer by the deadline, those that were read last."""
        # before reading: a change in the meantime expires the result
        state = self._counters.state_of(_key(user_uuid))
        now = self._clock()
        with self._lock:
            cached = self._cached.get(user_uuid)
        if cached is not None and cached.state == state and now < cached.read_at + TTL_SECONDS:
            return cached.favorites
        try:
            favorites = self._read(user_uuid, deadline)
        except StoreUnavailable:  # a lookup with outdated or without favorites is better than none
            favorites = cached.favorites if cached is not None else {}
        cached = _CachedFavorites(now, state, favorites, _size(user_uuid, favorites))
        with self._lock, suppress(ValueError):  # larger than the cache
            self._cached[user_uuid] = cached
        return favorites

    def invalidate(self, user_uuid: str) -> None:
        """Expire the cached favorites of a user in all worker processes, and the results of unfinished reads."""
        self._counters.increment_for(_key(user_uuid))


def _key(user_uuid: str) -> bytes:
    return user_uuid.encode("utf-8", "surrogatepass")


def _size(user_uuid: str, favorites: FavoriteIds) -> int:
    """Return about how many bytes the favorites of a user occupy."""
    ids = [contact_id for contact_ids in favorites.values() for contact_id in contact_ids]
    return _USER_BYTES + len(user_uuid) + _FAVORITE_BYTES * len(ids) + sum(map(len, ids))
