"""Work in the background: a thread that goes on until it is stopped."""

import threading
from collections.abc import Callable

STOP_SECONDS = 2.0
"""So long does whoever stops it wait; threads can't be killed."""


class Background:
    """One thread. Its work looks at `is_stopping`, and waits with `wait`."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        """Do `work` once started, in a thread called `name`."""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=work, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Tell it to end, and wait for that for a short time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def is_stopping(self) -> bool:
        """Tell whether it is to end."""
        return self._stopping.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for so long; True, at once, when it is to end."""
        return self._stopping.wait(seconds)
