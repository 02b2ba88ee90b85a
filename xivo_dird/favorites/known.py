"""What this process knows of favorites, so that not every lookup has to ask the store."""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from cachetools import LRUCache, TLRUCache

from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.favorites.model import FavoriteIds

FRESH_SECONDS = 0.5
"""How late changes are seen that another process made."""

MAX_USERS = 10_000


class _Known(NamedTuple):
    asked_at: float
    favorites: FavoriteIds


class KnownFavorites:
    """The favorites of users; what this process changed is seen at once. Shared by threads."""

    def __init__(
        self, read: Callable[[str], FavoriteIds], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`read(user)` asks the store; `clock` counts seconds."""
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._fresh: TLRUCache[str, _Known] = TLRUCache(MAX_USERS, _expiry, timer=clock)
        self._last: LRUCache[str, FavoriteIds] = LRUCache(MAX_USERS)
        self._changes: LRUCache[str, int] = LRUCache(MAX_USERS)

    def get(self, user_uuid: str) -> FavoriteIds:
        """Return a user's favorites; while the store is down those that were known last."""
        with self._lock:
            known = self._fresh.get(user_uuid)
            changes = self._changes.get(user_uuid, 0)
        if known is not None:
            return known.favorites
        asked_at = self._clock()
        try:
            favorites = self._read(user_uuid)
        except StoreUnavailable:  # a lookup goes on without marks rather than not at all
            favorites = self._last.get(user_uuid, {})
        with self._lock:
            self._last[user_uuid] = favorites
            if changes == self._changes.get(user_uuid, 0):
                self._fresh[user_uuid] = _Known(asked_at, favorites)
        return favorites

    def invalidate(self, user_uuid: str) -> None:
        """Trust no answer that was asked for before now, not even one that is still on its way."""
        with self._lock:
            self._fresh.pop(user_uuid, None)
            self._changes[user_uuid] = self._changes.get(user_uuid, 0) + 1


def _expiry(_user_uuid: str, known: _Known, _now: float) -> float:
    return known.asked_at + FRESH_SECONDS
