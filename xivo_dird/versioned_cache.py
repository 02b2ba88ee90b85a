"""A cache of bounded memory, whose values are valid for a version of what they were made from."""

import threading
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from cachetools import LRUCache

KeyT = TypeVar("KeyT", bound=Hashable)
VersionT = TypeVar("VersionT")
ValueT = TypeVar("ValueT")


class _Cached(NamedTuple, Generic[VersionT, ValueT]):
    version: VersionT
    value: ValueT
    size: int


class VersionedCache(Generic[KeyT, VersionT, ValueT]):
    """Values by key; those that were not used for the longest time are dropped. Threads may share an instance."""

    def __init__(self, max_bytes: int) -> None:
        """Create an empty cache of values that take at most `max_bytes` together."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._cached: LRUCache[KeyT, _Cached[VersionT, ValueT]] = LRUCache(
            max_bytes, getsizeof=lambda cached: cached.size
        )

    def find(self, key: KeyT, version: VersionT) -> ValueT | None:
        """Return the value of a key if it is of this version, else None."""
        with self._lock:
            cached = self._cached.get(key)
        return cached.value if cached is not None and cached.version == version else None

    def put(self, key: KeyT, version: VersionT, value: ValueT, size: int) -> None:
        """Replace the value of a key; one that takes more than the whole cache is not kept.

        Args:
            key: The key.
            version: The version.
            value: The value.
            size: Its size in bytes.
        """
        with self._lock:
            self._cached.pop(key, None)
            if size <= self._max_bytes:
                self._cached[key] = _Cached(version, value, size)
