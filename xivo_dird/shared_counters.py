"""Counters in memory that worker processes share, so that each notices a change by another one at once.

The memory is created before the workers are forked. Each process writes only its own slot of a counter, so no lock
between processes is needed, and the crash of a process loses or corrupts nothing.
"""

import mmap
import threading
from zlib import crc32

REVISION, DEBUG = 0, 1
"""The counters with a meaning of their own; those after them are shared by keys (`increment_for`)."""

KEY_COUNTERS = 1024
"""Number of counters for keys. Keys with the same counter only cause a cached value to be read once too often."""

_FIRST_KEY_COUNTER = 2
_BYTES = 8


class SharedCounters:
    """Counters shared by the process that creates them and those forked from it. Threads may share an instance."""

    def __init__(self, processes: int = 1) -> None:
        """Create counters with the value 0, for this process with the slot 0 and others; see `use_slot`."""
        self._processes = processes
        size = (_FIRST_KEY_COUNTER + KEY_COUNTERS) * processes * _BYTES
        self._values = memoryview(mmap.mmap(-1, size)).cast("Q")
        self._slot = 0
        self._lock = threading.Lock()

    @property
    def is_shared(self) -> bool:
        """Return True if there may be other processes."""
        return self._processes > 1

    def use_slot(self, slot: int) -> None:
        """Set the slot of this process, below the number of processes; a process that replaces another has its slot."""
        self._slot = slot

    def publish(self, counter: int, value: int) -> None:
        """Set the value of this process; a lower value than its last one is ignored."""
        position = counter * self._processes + self._slot
        with self._lock:
            self._values[position] = max(value, self._values[position])

    def latest(self, counter: int) -> int:
        """Return the highest value that any process has published."""
        first = counter * self._processes
        return max(self._values[first : first + self._processes])

    def increment_for(self, key: bytes) -> None:
        """Count a change of `key`."""
        position = self._first(key) + self._slot
        with self._lock:
            self._values[position] += 1

    def state_of(self, key: bytes) -> bytes:
        """Return a text that differs from all earlier ones if any process has counted a change of `key`."""
        first = self._first(key)
        return self._values[first : first + self._processes].tobytes()

    def _first(self, key: bytes) -> int:
        return (_FIRST_KEY_COUNTER + crc32(key) % KEY_COUNTERS) * self._processes
