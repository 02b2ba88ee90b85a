"""A cache of values read from the database, valid until the revision changes."""

from collections.abc import Callable
from typing import Generic, TypeVar

from xivo_dird.database.revision import Revision

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class RevisionCache(Generic[KeyT, ValueT]):
    """Values read since the last change of tenants, sources, displays or profiles. It uses no lock."""

    def __init__(self, revision: Revision, read: Callable[[KeyT], ValueT]) -> None:
        """Create an empty cache.

        Args:
            revision: The values are dropped when it changes.
            read: Returns the value of a key; its errors are not cached.
        """
        self._revision = revision
        self._read = read
        self._cached: tuple[int, dict[KeyT, ValueT]] = (-1, {})

    def get(self, key: KeyT) -> ValueT:
        """Return the value of a key, read now if it is not cached.

        Raises:
            Exception: Whatever `read` raises.
        """
        current = self._revision.value
        revision, values = self._cached
        if revision != current:
            revision, values = self._cached = (current, {})
        if key not in values:
            values[key] = self._read(key)
        return values[key]
