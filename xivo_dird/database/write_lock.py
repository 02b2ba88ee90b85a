"""WriteLock: one thread at a time, in the order in which they came."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from xivo_dird.exceptions import StoreUnavailable


class WriteLock:
    """WriteLock of small and large changes: of the large ones no more than one has its turn or waits for it.

    The others wait aside, so that a small change never waits for several of them.
    """

    def __init__(self, max_wait: float, max_large_wait: float) -> None:
        """Wait for a turn so many seconds, and for other large changes so many."""
        self._all = FairLock(max_wait)
        self._large = FairLock(max_large_wait)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._all.waiting + self._large.waiting

    @contextmanager
    def taken(self, large: bool = False) -> Iterator[None]:
        """Have the turn inside the block. Raises `StoreUnavailable` when it does not come in time."""
        with self._large if large else nullcontext(), self._all:
            yield


class FairLock:
    """A lock for those who came first. SQLite lets in whoever asks at the right moment, somebody else never."""

    def __init__(self, max_wait: float) -> None:
        """Nobody waits for it longer than `max_wait` seconds."""
        self._max_wait = max_wait
        self._guard = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for it."""
        return len(self._waiting)

    def __enter__(self) -> None:
        """Wait for it. Raises `StoreUnavailable` when that takes too long."""
        called = threading.Event()
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            self._waiting.append(called)
        if not called.wait(self._max_wait):
            self._give_up(called)

    def __exit__(self, *exc_info: object) -> None:
        """Hand it to the next one."""
        with self._guard:
            self._is_taken = bool(self._waiting)
            if self._waiting:
                self._waiting.popleft().set()

    def _give_up(self, called: threading.Event) -> None:
        with self._guard:
            if called.is_set():  # just now
                return
            self._waiting.remove(called)
        raise StoreUnavailable(f"other changes took longer than {self._max_wait:g} s")
