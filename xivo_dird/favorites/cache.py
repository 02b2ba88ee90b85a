"""What this process knows of favorites, so that not every lookup has to ask the store."""

import math
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from cachetools import LRUCache

from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.favorites.model import FavoriteIds

TTL_SECONDS = 0.5
"""How late changes are seen that another process made."""

MAX_USERS = 10_000


class _CachedFavorites(NamedTuple):
    asked_at: float
    favorites: FavoriteIds


_NOTHING = _CachedFavorites(-math.inf, {})


class FavoritesCache:
    """The favorites of users; what this process changed is seen at once. Shared by threads."""

    def __init__(
        self, read: Callable[[str], FavoriteIds], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`read(user)` asks the store; `clock` counts seconds."""
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._known: LRUCache[str, _CachedFavorites] = LRUCache(MAX_USERS)
        self._changes: LRUCache[str, int] = LRUCache(MAX_USERS)

    def get(self, user_uuid: str) -> FavoriteIds:
        """Return a user's favorites; while the store is down those that were known last."""
        with self._lock:
            known = self._known.get(user_uuid, _NOTHING)
            changes = self._changes.get(user_uuid, 0)
        asked_at = self._clock()
        if asked_at < known.asked_at + TTL_SECONDS:
            return known.favorites
        try:
            favorites = self._read(user_uuid)
        except StoreUnavailable:  # a lookup goes on without marks rather than not at all
            favorites = known.favorites
        with self._lock:
            is_current = changes == self._changes.get(user_uuid, 0)
            self._known[user_uuid] = _CachedFavorites(asked_at if is_current else -math.inf, favorites)
        return favorites

    def invalidate(self, user_uuid: str) -> None:
        """Trust no answer that was asked for before now, not even one that is still on its way."""
        with self._lock:
            known = self._known.get(user_uuid, _NOTHING)
            self._known[user_uuid] = known._replace(asked_at=-math.inf)
            self._changes[user_uuid] = self._changes.get(user_uuid, 0) + 1
