"""Values that this process keeps until the revision moves."""

from collections.abc import Callable
from typing import Generic, TypeVar

from xivo_dird.database.revision import Revision

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class RevisionCache(Generic[KeyT, ValueT]):
    """What was read of the store since the last change of tenants, sources, displays or profiles; without a lock."""

    def __init__(self, revision: Revision, read: Callable[[KeyT], ValueT]) -> None:
        """Keep what `read` returns until `revision` moves; what it raises is not kept."""
        self._revision = revision
        self._read = read
        self._kept: tuple[int, dict[KeyT, ValueT]] = (-1, {})

    def get(self, key: KeyT) -> ValueT:
        """Return the value of a key, read now if it is not kept. Raises what `read` raises."""
        revision, values = self._kept
        if revision != self._revision.value:
            revision, values = self._kept = (self._revision.value, {})
        if key not in values:
            values[key] = self._read(key)
        return values[key]
