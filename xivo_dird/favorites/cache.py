"""A cache of favorites, so that a lookup does not need to query the database."""

import math
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from cachetools import LRUCache

from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.favorites.model import FavoriteIds

TTL_SECONDS = 0.5
"""Seconds after which a change by another process is noticed at the latest."""

MAX_USERS = 10_000
"""Maximum number of users with cached favorites."""


class _CachedFavorites(NamedTuple):
    read_at: float
    favorites: FavoriteIds


_NOT_CACHED = _CachedFavorites(-math.inf, {})


class FavoritesCache:
    """The favorites of users. A change by this process is visible immediately. Threads may share an instance."""

    def __init__(
        self, read: Callable[[str], FavoriteIds], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Create an empty cache.

        Args:
            read: Returns the favorites of a user from the database.
            clock: Returns the time in seconds.
        """
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._cached: LRUCache[str, _CachedFavorites] = LRUCache(MAX_USERS)
        self._change_counts: LRUCache[str, int] = LRUCache(MAX_USERS)

    def get(self, user_uuid: str) -> FavoriteIds:
        """Return a user's favorites; while the database does not answer, those that were read last."""
        with self._lock:
            cached = self._cached.get(user_uuid, _NOT_CACHED)
            change_count = self._change_counts.get(user_uuid, 0)
        now = self._clock()
        if now < cached.read_at + TTL_SECONDS:
            return cached.favorites
        try:
            favorites = self._read(user_uuid)
        except StoreUnavailable:  # a lookup with outdated or without favorites is better than none
            favorites = cached.favorites
        with self._lock:
            is_current = change_count == self._change_counts.get(user_uuid, 0)
            self._cached[user_uuid] = _CachedFavorites(now if is_current else -math.inf, favorites)
        return favorites

    def invalidate(self, user_uuid: str) -> None:
        """Expire the cached favorites of a user, and the result of a read that has not finished yet."""
        with self._lock:
            cached = self._cached.get(user_uuid, _NOT_CACHED)
            self._cached[user_uuid] = cached._replace(read_at=-math.inf)
            self._change_counts[user_uuid] = self._change_counts.get(user_uuid, 0) + 1
