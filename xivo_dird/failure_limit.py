"""How often a client may send wrong credentials."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cachetools import TTLCache

from xivo_dird.exceptions import TooManyRequests, Unauthorized

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60

MAX_ORIGINS = 10_000
"""Maximum number of clients whose failures are counted; the least recently used one is forgotten."""


class FailureLimit:
    """Counts wrong credentials by the origin of their client, in this process."""

    def __init__(
        self,
        max_per_minute: int,
        max_origins: int = MAX_ORIGINS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create a limit without failures; `clock` returns the time in seconds."""
        self._max_per_minute = max_per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: TTLCache[str, deque[float]] = TTLCache(max_origins, WINDOW_SECONDS, clock)

    @contextmanager
    def counting(self, origin: str) -> Iterator[None]:
        """Check that a client may try, and count the attempt of the block if it raises `Unauthorized`.

        Raises:
            TooManyRequests: It has sent too many wrong credentials within the last minute.
        """
        self.check(origin)
        try:
            yield
        except Unauthorized:
            self.add(origin)
            raise
        # Again: with many attempts at once, a client would otherwise learn more than the limit allows.
        self.check(origin)

    def check(self, origin: str) -> None:
        """Check that a client may try again.

        Raises:
            TooManyRequests: It has sent too many wrong credentials within the last minute.
        """
        with self._lock:
            times = self._failures.get(origin)
            if times is not None:
                self._check(times)

    def add(self, origin: str) -> None:
        """Count a request with wrong credentials.

        Raises:
            TooManyRequests: The client has sent too many before; this one is not counted.
        """
        with self._lock:
            times = self._failures.get(origin) or deque(maxlen=self._max_per_minute)
            self._check(times)
            times.append(self._clock())
            self._failures[origin] = times  # for another minute
            is_refused = self._remaining(times) > 0
        if is_refused:
            logger.warning(
                "%s has sent %d wrong credentials within a minute and is refused",
                origin,
                self._max_per_minute,
            )

    def _check(self, times: deque[float]) -> None:
        seconds = self._remaining(times)
        if seconds > 0:
            raise TooManyRequests("Too many wrong credentials", math.ceil(seconds))

    def _remaining(self, times: deque[float]) -> float:
        """Return the seconds until a client may try again, 0 or less if it may now."""
        if len(times) < self._max_per_minute:
            return 0
        return times[0] + WINDOW_SECONDS - self._clock()
