"""Limits the lines that one cause writes to the log, so that no client and no source can flood it."""

import time
from collections import deque
from collections.abc import Callable


class LogLimit:
    """Allows a number of lines within a time."""

    def __init__(
        self, max_lines: int, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Create a limit.

        Args:
            max_lines: The maximum number of lines in `seconds`.
            seconds: Length of that time.
            clock: Returns the time in seconds.
        """
        self._max_lines = max_lines
        self._seconds = seconds
        self._clock = clock
        self._logged_at: deque[float] = deque(maxlen=max_lines)

    def may_log(self) -> bool:
        """Return whether one more line may be logged, and count it if so."""
        now = self._clock()
        if len(self._logged_at) == self._max_lines and now - self._logged_at[0] < self._seconds:
            return False
        self._logged_at.append(now)
        return True
