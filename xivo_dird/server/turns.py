"""Turns: a limited number of requests that change something are handled at once; the others wait without a thread."""

import threading
from collections import deque
from collections.abc import Callable

MAX_WAIT_SECONDS = 60.0
"""Seconds that a request waits for its turn, at most."""


class Turns:
    """A fair queue in front of the application.

    A change may wait for a lock of the database. If every thread did, nobody could look up anything.
    """

    def __init__(self, limit: int) -> None:
        """Create `limit` turns that can be taken at the same time."""
        self._free = limit
        self._lock = threading.Lock()
        self._queue: deque[Callable[[], None]] = deque()

    def take(self, call_later: Callable[[], None]) -> bool:
        """Start a turn if one is free, otherwise wait in the queue.

        Args:
            call_later: Called in another thread with a turn of its own, if none is free now. See `give_up`.

        Returns:
            Whether a turn was free.
        """
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            self._queue.append(call_later)
            return False

    def give_up(self, call_later: Callable[[], None]) -> bool:
        """Leave the queue; return False if the turn has come already."""
        with self._lock:
            try:
                self._queue.remove(call_later)
            except ValueError:
                return False
            return True

    def end(self) -> None:
        """Pass a turn on to the first in the queue, or free it."""
        with self._lock:
            if not self._queue:
                self._free += 1
                return
            call_next = self._queue.popleft()
        call_next()
