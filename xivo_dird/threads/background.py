"""Work in a background thread that runs until it is stopped, and again after an error that it did not expect."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from weakref import WeakSet

from xivo_dird.exceptions import Unavailable, describe_error

STOP_SECONDS = 2.0
"""Seconds for which `stop` waits for the thread to end; threads can't be killed."""

MIN_RESTART_SECONDS, MAX_RESTART_SECONDS = 0.5, 30.0
"""The first and the longest pause before work runs again; the pauses double while it fails at once."""

logger = logging.getLogger(__name__)

_all: WeakSet["Background"] = WeakSet()
_all_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Restarts:
    """The unexpected ends of the work of one thread.

    Attributes:
        thread: The name of the thread.
        count: How often the work ended since the start of the daemon.
        error: The last error.
        is_running: Whether the work runs again.
    """

    thread: str
    count: int
    error: str
    is_running: bool


class Background:
    """One thread. Its work checks `is_stopping`, and pauses with `wait`.

    Attributes:
        is_started: Whether `start` has started the thread.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], None],
        stop_seconds: float = STOP_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create a thread that is not started yet.

        Args:
            name: Name of the thread.
            work: Runs in the thread, and returns when it must stop (see `is_stopping`). If it raises, it runs again
                after a pause.
            stop_seconds: Seconds for which `stop` waits for the thread to end.
            clock: Returns the time in seconds.
        """
        self.name = name
        self._work = work
        self._stop_seconds = stop_seconds
        self._clock = clock
        self._changed = threading.Condition()
        self._woken = False
        self._stopping = False
        self._thread = threading.Thread(target=self._supervise, name=name, daemon=True)
        self._restarts: Restarts | None = None
        self.is_started = False

    def start(self) -> None:
        """Start the thread, unless it was started or stopped before.

        Raises:
            Unavailable: The system can't start a thread now; `start` may be called again.
        """
        with self._changed:
            if self.is_started or self._stopping:
                return
            try:
                self._thread.start()
            except RuntimeError as error:
                raise Unavailable(f"The thread {self.name!r} can't be started: {error}") from error
            self.is_started = True
        with _all_lock:
            _all.add(self)

    def stop(self) -> None:
        """Signal the work to stop, and wait up to `stop_seconds` for the thread, unless this is that thread."""
        self.request_stop()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(self._stop_seconds)

    def request_stop(self) -> None:
        """Signal the work to stop, and return without waiting for it."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def wake(self) -> None:
        """End the current `wait`, or the next one if there is none."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def is_stopping(self) -> bool:
        """Return whether the work must stop."""
        return self._stopping

    def wait(self, seconds: float) -> bool:
        """Wait for `seconds`, or until `wake`, `stop` or `request_stop` is called.

        Returns:
            Whether the work must stop.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self._stopping, seconds)
            self._woken = False
            return self._stopping

    @property
    def restarts(self) -> Restarts | None:
        """Return how often the work ended unexpectedly, None if it never did."""
        return self._restarts

    def _supervise(self) -> None:
        """Run the work, again and again if it raises anything."""
        pause, failures = MIN_RESTART_SECONDS, 0
        while not self._stopping:
            started_at = self._clock()
            try:
                self._work()
            except BaseException as error:
                if self._stopping:
                    return
                logger.exception("The thread %r failed and will be restarted", self.name)
                failures += 1
                failed = Restarts(self.name, failures, describe_error(error), is_running=False)
                self._restarts = failed
            else:
                return
            if self._clock() - started_at > MAX_RESTART_SECONDS:
                pause = MIN_RESTART_SECONDS
            self.wait(pause)
            pause = min(2 * pause, MAX_RESTART_SECONDS)
            self._restarts = replace(failed, is_running=True)


def all_restarts() -> Iterator[Restarts]:
    """Yield the unexpected ends of every background thread of this process."""
    with _all_lock:
        threads = list(_all)
    for thread in sorted(threads, key=lambda thread: thread.name):
        if thread.restarts is not None:
            yield thread.restarts
