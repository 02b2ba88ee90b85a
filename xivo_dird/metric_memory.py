"""The memory in which processes count: created before they are forked, so that each can read what all have counted.

There is no file, so nothing that happens to a disk can cost an answer or a process. Each process writes only its own
slot; a process that replaces another one continues with its slot. A slot is a header and two areas with entries, of
which one is in use. An entry is a word with its sizes, its key, and its values. Numbers are stored as whole words of
eight bytes, so that a reader never sees half of one.
"""

import logging
import mmap
import threading
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson

AREA_BYTES = 16 * 1024 * 1024
"""Size of one area; only what is written uses memory."""

_WORD = 8
_GENERATION, _USED, _ALIVE_AT, _HEADER_WORDS = range(4)
"""The words of the header: changes of the area in use, bytes used in it, when the process was alive last."""

_REMOVED = 1 << 63
_MAX_READS = 10

logger = logging.getLogger(__name__)

Key = tuple[str, ...]
"""The name of a metric, then its labels."""


class Entry(NamedTuple):
    """What one process has counted under a key.

    Attributes:
        key: The key.
        values: The values.
        alive_at: When the process was alive last, as `time.monotonic` counts.
    """

    key: Key
    values: Sequence[float]
    alive_at: float


class Values:
    """The values of one key in this process. What is counted while there is no room for them is lost."""

    def __init__(self, encoded: bytes, count: int) -> None:
        """Create values that are not stored, of the key that is `encoded`."""
        self.encoded = encoded
        self.count = count
        self.at = 0  # where the entry is
        self.stored: memoryview[float] | None = None

    @property
    def size(self) -> int:
        """Return the size of the entry in bytes."""
        return _entry_size(len(self.encoded), self.count)

    def current(self) -> Sequence[float]:
        """Return the values."""
        return [0.0] * self.count if self.stored is None else list(self.stored)

    def add(self, position: int, amount: float) -> None:
        """Add to one value; the caller has the lock of the memory."""
        if self.stored is not None:
            self.stored[position] += amount

    def set(self, *values: float) -> None:
        """Replace all values."""
        if self.stored is not None:
            for position, value in enumerate(values):
                self.stored[position] = value


class MetricMemory:
    """The slots of all processes; threads share an instance.

    Attributes:
        lock: To be held during each call of `values`, `remove` and `own_keys`, and each change of values.
    """

    def __init__(self, slots: int = 1, area_bytes: int = AREA_BYTES) -> None:
        """Create empty slots; this process uses the first (see `use_slot`).

        Args:
            slots: The number of slots.
            area_bytes: The size of an area, a multiple of 8.
        """
        self.lock = threading.Lock()
        self._area_bytes = area_bytes
        self._slots = slots
        self._slot_bytes = _HEADER_WORDS * _WORD + 2 * area_bytes
        self._bytes = mmap.mmap(-1, self._slot_bytes * slots)
        self._words = memoryview(self._bytes).cast("Q")
        self._doubles = memoryview(self._bytes).cast("d")
        self._values: dict[Key, Values] = {}
        self._removed_bytes = 0
        self._has_warned = False
        self.use_slot(0)

    @property
    def is_shared(self) -> bool:
        """Return whether there may be other processes."""
        return self._slots > 1

    def use_slot(self, slot: int) -> None:
        """Set the slot of this process, and continue with what its predecessor has counted there."""
        self._slot = slot
        self._values = {}
        area = self._area_start(self._slot, self._header(_GENERATION))
        for at, encoded, count in _parse(self._bytes[area : area + self._header(_USED)]):
            values = self._values[_decode(encoded)] = Values(encoded, count)
            self._point(values, area + at)
        self.set_alive()

    def set_alive(self) -> None:
        """Record that this process is alive."""
        self._doubles[self._header_position(_ALIVE_AT)] = time.monotonic()

    def values(self, key: Key, count: int = 1) -> Values:
        """Return the values of a key in this process; `count` zeros for a new key."""
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = Values(orjson.dumps(key), count)
            self._store(found)
        return found

    def remove(self, key: Key) -> None:
        """Forget a key of this process, if it exists."""
        values = self._values.pop(key, None)
        if values is None or values.stored is None:
            return
        values.stored = None
        self._words[values.at // _WORD] |= _REMOVED
        self._removed_bytes += values.size
        if self._removed_bytes > self._header(_USED) // 2:
            self._compact()

    def own_keys(self) -> list[Key]:
        """Return the keys of this process."""
        return list(self._values)

    def entries(self) -> Iterator[Entry]:
        """Yield what all processes have counted."""
        for slot in range(self._slots):
            alive_at = self._doubles[self._header_position(_ALIVE_AT, slot)]
            area = self._read_area(slot)
            doubles = memoryview(area).cast("d")
            for at, encoded, count in _parse(area):
                first = (at + _values_offset(len(encoded))) // _WORD
                yield Entry(_decode(encoded), doubles[first : first + count], alive_at)

    def _read_area(self, slot: int) -> bytes:
        """Return a copy of the area in use. It is read again if it was not in use any more at the end."""
        area = b""
        for _ in range(_MAX_READS):
            generation = self._header(_GENERATION, slot)
            start = self._area_start(slot, generation)
            area = self._bytes[start : start + self._header(_USED, slot)]
            if self._header(_GENERATION, slot) == generation:
                break
        return area

    def _store(self, values: Values) -> None:
        used = self._header(_USED)
        if used + values.size > self._area_bytes and self._removed_bytes:
            self._compact()
            used = self._header(_USED)
        if values.stored is not None:  # by the compaction
            return
        if used + values.size > self._area_bytes:
            if not self._has_warned:
                logger.warning("There are too many metrics; those of new sources are left out")
            self._has_warned = True
            return
        self._write(values, self._area_start(self._slot, self._header(_GENERATION)) + used)
        self._words[self._header_position(_USED)] = used + values.size

    def _compact(self) -> None:
        """Copy the entries that were not removed into the other area, and use that."""
        generation = self._header(_GENERATION) + 1
        area, used = self._area_start(self._slot, generation), 0
        for values in self._values.values():
            if used + values.size <= self._area_bytes:
                self._write(values, area + used)
                used += values.size
        self._removed_bytes = 0
        self._words[self._header_position(_USED)] = used
        self._words[self._header_position(_GENERATION)] = generation

    def _write(self, values: Values, at: int) -> None:
        current = values.current()
        key_at = at + _WORD
        self._bytes[key_at : key_at + len(values.encoded)] = values.encoded
        self._words[at // _WORD] = len(values.encoded) << 32 | values.count
        self._point(values, at)
        values.set(*current)

    def _point(self, values: Values, at: int) -> None:
        values.at = at
        first = (at + _values_offset(len(values.encoded))) // _WORD
        values.stored = self._doubles[first : first + values.count]

    def _header(self, word: int, slot: int | None = None) -> int:
        return self._words[self._header_position(word, slot)]

    def _header_position(self, word: int, slot: int | None = None) -> int:
        return (self._slot if slot is None else slot) * self._slot_bytes // _WORD + word

    def _area_start(self, slot: int, generation: int) -> int:
        return slot * self._slot_bytes + _HEADER_WORDS * _WORD + generation % 2 * self._area_bytes


def _parse(area: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield for each entry that was not removed: where it begins, its key, and the number of its values."""
    words = memoryview(area).cast("Q")
    at = 0
    while at < len(area):
        word = words[at // _WORD]
        key_bytes, count = (word & ~_REMOVED) >> 32, word & 0xFFFFFFFF
        if not word & _REMOVED:
            yield at, area[at + _WORD : at + _WORD + key_bytes], count
        at += _entry_size(key_bytes, count)


def _entry_size(key_bytes: int, count: int) -> int:
    return _values_offset(key_bytes) + count * _WORD


def _values_offset(key_bytes: int) -> int:
    return _WORD + (key_bytes + _WORD - 1) // _WORD * _WORD


def _decode(encoded: bytes) -> Key:
    return tuple(orjson.loads(encoded))
