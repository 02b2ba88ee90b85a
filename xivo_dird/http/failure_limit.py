"""How often a client may send wrong credentials. The only module that imports limits.

The memory storage of limits never removes a key, and after each failure a thread visits all keys. So it is replaced by
an empty one before it has too many.
"""

import logging
import math
import threading
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from xivo_dird.exceptions import TooManyRequests

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60

MAX_ORIGINS = 1000
"""Maximum number of clients whose failures are counted; when it is reached, all counts are dropped."""


class FailureLimit:
    """Counts wrong credentials by the origin of their client, in this process."""

    def __init__(self, max_per_minute: int, max_origins: int = MAX_ORIGINS) -> None:
        """Create a limit without failures; no thread is started before the first one."""
        self._limit = RateLimitItemPerMinute(max_per_minute)
        self._max_origins = max_origins
        self._lock = threading.Lock()
        self._limiter: MovingWindowRateLimiter | None = None
        self._origins: set[str] = set()

    def check(self, origin: str) -> None:
        """Check that a client may try again.

        Raises:
            TooManyRequests: It has sent too many wrong credentials within the last minute.
        """
        limiter = self._limiter
        if limiter is None or limiter.test(self._limit, origin):
            return
        seconds = math.ceil(limiter.get_window_stats(self._limit, origin).reset_time - time.time())
        raise TooManyRequests("Too many wrong credentials", min(max(1, seconds), WINDOW_SECONDS))

    def add(self, origin: str) -> None:
        """Count a request with wrong credentials."""
        with self._lock:
            limiter = self._limiter
            if limiter is None or len(self._origins) >= self._max_origins:
                limiter = self._limiter = MovingWindowRateLimiter(MemoryStorage())
                self._origins.clear()
            self._origins.add(origin)
            limiter.hit(self._limit, origin)
        if not limiter.test(self._limit, origin):
            logger.warning(
                "%s has sent %d wrong credentials within a minute and is refused", origin, self._limit.amount
            )
