"""A cache of values read from the database, valid until the revision changes."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")

MAX_VALUES = 10_000
"""Maximum number of cached values; when it is reached, all are dropped."""

WAIT_SHARE = 0.5
"""Share of the remaining time of a request that it waits for the database if there is a former value."""

MAX_WAIT_SECONDS = 5.0
"""Longest such wait."""


class RevisionCache(Generic[KeyT, ValueT]):
    """Values read since the last change of tenants, sources, displays or profiles. It uses no lock."""

    def __init__(self, database: Database, revision: Revision, read: Callable[[KeyT], ValueT]) -> None:
        """Create an empty cache.

        Args:
            database: What `read` uses.
            revision: When it changes, the values are read again.
            read: Returns the value of a key; its errors are not cached.
        """
        self._database = database
        self._revision = revision
        self._read = read
        self._cached: dict[KeyT, tuple[int, ValueT]] = {}

    def get(self, key: KeyT, deadline: Deadline = NO_DEADLINE) -> ValueT:
        """Return the value of a key, read now if it is not cached.

        If there is a former value and the database does not answer within half of the remaining time, the former
        value is returned.

        Raises:
            StoreUnavailable: The database has not answered by the deadline, and there is no former value.
            Exception: Whatever `read` raises.
        """
        revision = self._revision.value  # before reading: a change in the meantime expires the value
        cached = self._cached.get(key)
        if cached is None:
            return self._update(key, revision, deadline)
        former_revision, former = cached
        if former_revision == revision:
            return former
        try:
            return self._update(key, revision, deadline.within(_wait_seconds(deadline)))
        except StoreUnavailable:
            return former
        except Exception:  # there is no value any longer
            self._cached.pop(key, None)
            raise

    def _update(self, key: KeyT, revision: int, deadline: Deadline) -> ValueT:
        value = self._database.read_by(deadline, partial(self._read, key))
        if len(self._cached) >= MAX_VALUES:
            self._cached.clear()
        self._cached[key] = (revision, value)
        return value


def _wait_seconds(deadline: Deadline) -> float:
    return min(deadline.remaining() * WAIT_SHARE, MAX_WAIT_SECONDS)
