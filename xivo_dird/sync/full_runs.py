"""When the copies of one source are fetched anew: not all at once, since servers limit full lists more than changes."""

import threading
import time
from collections.abc import Callable

MIN_PAUSE_SECONDS = 2.0
"""Seconds between the starts of two full runs: thirty users a minute."""


class FullRuns:
    """Spreads out the full runs of the users of one source; shared by threads.

    A run that can wait is put off: a copy that is only old is kept in step by its cursor until it is its turn, and one
    whose cursor was refused is served as it is. A user without a copy does not wait.
    """

    def __init__(
        self, min_pause_seconds: float = MIN_PAUSE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Create a schedule of which the first run may start at once.

        Args:
            min_pause_seconds: Seconds between the starts of two runs.
            clock: Returns the time in seconds.
        """
        self._min_pause_seconds = min_pause_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._next_at = clock()

    def may_start(self) -> bool:
        """Return True if a full run may start now; the next one may then start after the pause."""
        with self._lock:
            now = self._clock()
            if now < self._next_at:
                return False
            self._next_at = now + self._min_pause_seconds
            return True
