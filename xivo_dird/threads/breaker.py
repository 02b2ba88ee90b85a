"""A circuit breaker for what may hang: after consecutive failures it is not called until a probe succeeds."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from xivo_dird.threads.retry import Backoff

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    """When a breaker opens, and how often it probes.

    Attributes:
        failures: Consecutive failures that open the breaker.
        pause: Seconds before the first probe; each later pause is twice the previous one.
        max_pause: The longest pause, in seconds.
    """

    failures: int
    pause: float
    max_pause: float


class Breaker:
    """The circuit breaker of one source, or of the database.

    Closed: it is called. Open: it is not, and a timer thread calls `probe` after each pause.
    """

    def __init__(self, limits: BreakerLimits, probe: Callable[[], bool]) -> None:
        """Create a closed breaker.

        Args:
            limits: When the breaker opens, and how often it probes.
            probe: Returns True if it works again; it may block, but not forever.
        """
        self._limits = limits
        self._probe = probe
        self._lock = threading.Lock()
        self._failures = 0
        self._backoff = Backoff(limits.max_pause, limits.pause)
        self._timer: threading.Timer | None = None
        self._stopped = False

    @property
    def is_open(self) -> bool:
        """Return True if it must not be called at present."""
        return self._timer is not None

    def record_success(self) -> None:
        """Close the breaker and reset the count of failures."""
        if self._failures == 0:
            return
        with self._lock:
            self._failures = 0
            self._backoff.reset()
            self._stop_timer()

    def record_failure(self) -> None:
        """Count a failure or a late answer, and open the breaker at the limit."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._limits.failures and self._timer is None:
                self._start_timer()

    def stop(self) -> None:
        """Stop the probes for good."""
        with self._lock:
            self._stopped = True
            self._stop_timer()

    def _probe_after_pause(self) -> None:
        try:
            answers = self._probe()
        except Exception:
            logger.exception("A probe failed in an unexpected way")
            answers = False
        if answers:
            self.record_success()
            return
        with self._lock:
            if self._timer is threading.current_thread():  # the breaker was not closed meanwhile
                self._start_timer()

    def _start_timer(self) -> None:
        if self._stopped:
            return
        timer = threading.Timer(self._backoff.next_pause(), self._probe_after_pause)
        timer.daemon = True
        timer.name = "breaker probe"
        try:
            timer.start()
        except RuntimeError as error:  # nobody would close the breaker again
            logger.warning("No thread for a probe can be started, so calls go on: %s", error)
            self._timer = None
        else:
            self._timer = timer

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
