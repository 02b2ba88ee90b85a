"""Work in the background: a thread that goes on until it is stopped."""

import threading
from collections.abc import Callable

STOP_SECONDS = 2.0
"""Seconds that `stop` waits for the thread to end; threads can't be killed."""


class Background:
    """One thread. Its work looks at `is_stopping`, and waits with `wait`."""

    def __init__(self, name: str, work: Callable[[], None], stop_seconds: float = STOP_SECONDS) -> None:
        """Do `work` once started, in a thread called `name`; `stop` waits `stop_seconds` for its end."""
        self._stop_seconds = stop_seconds
        self._changed = threading.Condition()
        self._woken = False
        self._stopping = False
        self._thread = threading.Thread(target=work, name=name, daemon=True)
        self.is_started = False

    def start(self) -> None:
        """Begin; nothing happens when it has begun before, or has been stopped."""
        with self._changed:
            if not self.is_started and not self._stopping:
                self.is_started = True
                self._thread.start()

    def stop(self) -> None:
        """Tell the work to end, and wait for that for a short time, unless the work itself stops it."""
        self.end()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(self._stop_seconds)

    def end(self) -> None:
        """Tell the work to end without waiting for it."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def wake(self) -> None:
        """End the present `wait`, or else the next one."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def is_stopping(self) -> bool:
        """Return whether the work is to end."""
        return self._stopping

    def wait(self, seconds: float) -> bool:
        """Wait until that many seconds are over, or until `wake` or `stop`; return whether the work is to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self._stopping, seconds)
            self._woken = False
            return self._stopping
