"""What this process knows of favorites, so that not every lookup has to ask the store."""

import time
from collections.abc import Callable
from typing import NamedTuple

from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.favorites.model import FavoriteIds

FRESH_SECONDS = 0.5
"""So late are changes seen that another process made."""

_MOST = 10_000
"""So many users are remembered."""


class _Answer(NamedTuple):
    asked_at: float
    favorites: FavoriteIds


class KnownFavorites:
    """The favorites of users; what this process changed is seen at once."""

    def __init__(
        self, read: Callable[[str], FavoriteIds], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`read(user)` asks the store; `clock` counts seconds."""
        self._read = read
        self._clock = clock
        self._answers: dict[str, _Answer] = {}
        self._changes: dict[str, float] = {}

    def get(self, user_uuid: str) -> FavoriteIds:
        """Answer a user's favorites; while the store is down those that were known last."""
        asked_at = self._clock()
        known = self._answers.get(user_uuid)
        if known is not None and self._is_fresh(known, user_uuid, asked_at):
            return known.favorites
        try:
            favorites = self._read(user_uuid)
        except StoreUnavailable:  # a lookup goes on without marks rather than not at all
            favorites = known.favorites if known is not None else {}
        if len(self._answers) >= _MOST:
            self._answers.clear()
        self._answers[user_uuid] = _Answer(asked_at, favorites)
        return favorites

    def changed(self, user_uuid: str) -> None:
        """Trust no answer that was asked for before now, not even one that is still on its way."""
        now = self._clock()
        if len(self._changes) >= _MOST:
            self._changes = {user: at for user, at in self._changes.items() if now - at < FRESH_SECONDS}
        self._changes[user_uuid] = now

    def _is_fresh(self, known: _Answer, user_uuid: str, now: float) -> bool:
        changed_at = self._changes.get(user_uuid)
        return now - known.asked_at < FRESH_SECONDS and (changed_at is None or known.asked_at > changed_at)
