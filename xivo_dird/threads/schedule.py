"""Calls functions later: one thread waits for all of them, however many there are."""

import logging
import threading
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from xivo_dird.threads.background import Background

logger = logging.getLogger(__name__)

MAX_WAIT_SECONDS = 3600.0
"""Seconds that the thread waits at most while nothing is scheduled."""


class ScheduledCall:
    """A call that will be made, unless it is cancelled before."""

    def __init__(self, function: Callable[[], None]) -> None:
        """Create a call of `function`."""
        self._function: Callable[[], None] | None = function

    def cancel(self) -> None:
        """Prevent the call, and release at once what the function refers to."""
        self._function = None

    def run(self) -> None:
        """Call the function; an error is logged."""
        function = self._function
        if function is None:
            return
        try:
            function()
        except Exception:
            logger.exception("A scheduled call failed")


class Schedule:
    """The scheduled calls of a process. A function must be quick: it may queue a task, but not do its work."""

    def __init__(self, name: str) -> None:
        """Create a schedule; the first call starts its thread, which has the name `name`."""
        self._lock = threading.Lock()
        self._calls: list[tuple[float, int, ScheduledCall]] = []
        self._numbers = count()
        self._background = Background(name, self._run)

    def call_after(self, seconds: float, function: Callable[[], None]) -> ScheduledCall:
        """Call `function` once, `seconds` from now, in the thread of the schedule; never after `stop`."""
        call = ScheduledCall(function)
        with self._lock:
            heappush(self._calls, (time.monotonic() + seconds, next(self._numbers), call))
            is_next = self._calls[0][2] is call
        self._background.start()
        if is_next:
            self._background.wake()
        return call

    def stop(self) -> None:
        """Prevent all further calls."""
        self._background.stop()
        with self._lock:
            self._calls.clear()

    def _run(self) -> None:
        while not self._background.wait(self._seconds_to_next()):
            while (call := self._pop_due()) is not None:
                call.run()

    def _seconds_to_next(self) -> float:
        with self._lock:
            if not self._calls:
                return MAX_WAIT_SECONDS
            return max(0.0, min(MAX_WAIT_SECONDS, self._calls[0][0] - time.monotonic()))

    def _pop_due(self) -> ScheduledCall | None:
        with self._lock:
            if not self._calls or self._calls[0][0] > time.monotonic() or self._background.is_stopping():
                return None
            return heappop(self._calls)[2]
