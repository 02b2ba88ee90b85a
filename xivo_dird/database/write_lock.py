"""The lock of writers in this process, granted to threads in the order of their requests."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from xivo_dird.exceptions import StoreUnavailable


class WriteLock:
    """A fair lock for small and large changes.

    At most one large change holds the lock or waits in the common queue. Other large changes wait in a queue of
    their own, so that a small change never waits for more than one of them.
    """

    def __init__(self, max_wait: float, max_large_wait: float) -> None:
        """Create a free lock.

        Args:
            max_wait: Maximum wait in the common queue, in seconds.
            max_large_wait: Maximum wait of a large change for other large changes, in seconds.
        """
        self._lock = FairLock(max_wait)
        self._large_lock = FairLock(max_large_wait)

    @property
    def waiter_count(self) -> int:
        """Number of threads that wait for the lock."""
        return self._lock.waiter_count + self._large_lock.waiter_count

    @contextmanager
    def hold(self, large: bool = False) -> Iterator[None]:
        """Hold the lock in the block.

        Args:
            large: True for a large change.

        Raises:
            StoreUnavailable: The lock was not granted within the maximum wait.
        """
        with self._large_lock if large else nullcontext(), self._lock:
            yield


class FairLock:
    """A lock with a queue. SQLite grants its own lock to any waiting connection, so one could wait forever."""

    def __init__(self, max_wait: float) -> None:
        """Create a free lock.

        Args:
            max_wait: Maximum wait of a thread, in seconds.
        """
        self._max_wait = max_wait
        self._guard = threading.Lock()
        self._is_locked = False
        self._queue: deque[threading.Event] = deque()

    @property
    def waiter_count(self) -> int:
        """Number of threads that wait for the lock."""
        return len(self._queue)

    def __enter__(self) -> None:
        """Acquire the lock.

        Raises:
            StoreUnavailable: The lock was not granted within the maximum wait.
        """
        granted = threading.Event()
        with self._guard:
            if not self._is_locked:
                self._is_locked = True
                return
            self._queue.append(granted)
        if not granted.wait(self._max_wait):
            self._give_up(granted)

    def __exit__(self, *exc_info: object) -> None:
        """Release the lock, or pass it to the first thread in the queue."""
        with self._guard:
            self._is_locked = bool(self._queue)
            if self._queue:
                self._queue.popleft().set()

    def _give_up(self, granted: threading.Event) -> None:
        with self._guard:
            if granted.is_set():  # it was granted after the wait timed out
                return
            self._queue.remove(granted)
        raise StoreUnavailable(f"other changes took longer than {self._max_wait:g} s")
