"""Work in a background thread that runs until it is stopped."""

import threading
from collections.abc import Callable

STOP_SECONDS = 2.0
"""Seconds for which `stop` waits for the thread to end; threads can't be killed."""


class Background:
    """One thread. Its work checks `is_stopping`, and pauses with `wait`.

    Attributes:
        is_started: Whether `start` has started the thread.
    """

    def __init__(self, name: str, work: Callable[[], None], stop_seconds: float = STOP_SECONDS) -> None:
        """Create a thread that is not started yet.

        Args:
            name: Name of the thread.
            work: Runs once in the thread, and returns when it must stop (see `is_stopping`).
            stop_seconds: Seconds for which `stop` waits for the thread to end.
        """
        self._stop_seconds = stop_seconds
        self._changed = threading.Condition()
        self._woken = False
        self._stopping = False
        self._thread = threading.Thread(target=work, name=name, daemon=True)
        self.is_started = False

    def start(self) -> None:
        """Start the thread, unless it was started or stopped before."""
        with self._changed:
            if not self.is_started and not self._stopping:
                self.is_started = True
                self._thread.start()

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
