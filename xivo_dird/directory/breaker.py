"""A circuit breaker per waiting source: after consecutive failures it is skipped at once, and probed meanwhile."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from xivo_dird.threads.retry import Backoff


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    """Opens after `failures` in a row; the pause before a probe (seconds) doubles up to `max_pause`."""

    failures: int
    pause: float
    max_pause: float


class Breaker:
    """Closed: the source is asked. Open: it is skipped, and `probe` runs after each pause in a thread of its own."""

    def __init__(self, limits: BreakerLimits, probe: Callable[[], bool]) -> None:
        """`probe` answers whether the source works again; it may wait, but not for ever."""
        self._limits = limits
        self._probe = probe
        self._lock = threading.Lock()
        self._failures = 0
        self._backoff = Backoff(limits.max_pause, limits.pause)
        self._timer: threading.Timer | None = None
        self._ended = False

    @property
    def is_open(self) -> bool:
        """Whether the source is skipped at present."""
        return self._timer is not None

    def succeeded(self) -> None:
        """Note an answer: failures are counted from zero again."""
        if self._failures == 0:
            return
        with self._lock:
            self._failures = 0
            self._backoff.reset()
            self._stop_timer()

    def failed(self) -> None:
        """Note a failure or an answer that came too late."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._limits.failures and self._timer is None:
                self._start_timer()

    def close(self) -> None:
        """End the probing for good."""
        with self._lock:
            self._ended = True
            self._stop_timer()

    def _probe_after_pause(self) -> None:
        if self._probe():
            self.succeeded()
            return
        with self._lock:
            if self._timer is not None:
                self._start_timer()

    def _start_timer(self) -> None:
        if self._ended:
            return
        self._timer = threading.Timer(self._backoff.next_pause(), self._probe_after_pause)
        self._timer.daemon = True
        self._timer.name = "breaker probe"
        self._timer.start()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
