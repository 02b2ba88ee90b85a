"""What a request thread says before it waits for something outside the process.

Another thread then takes over its other work. A thread that waits does not count as a busy one, so that a database, a
server or a source that hangs does not use up the threads of the requests that need none of them; for each of these
kinds a limited number of threads may wait.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

from xivo_dird.exceptions import TooBusy

RETRY_AFTER_SECONDS = 5


class WaitsFor(Enum):
    """The kinds of things that threads wait for."""

    STORE = "the database"
    AUTHENTICATION = "the authentication server"
    SOURCES = "sources"


class WaitingThreads:
    """Counts the threads that wait, by kind."""

    def __init__(self, limit: int) -> None:
        """Create a counter; at most `limit` threads may wait for each kind."""
        self._limit = limit
        self._lock = threading.Lock()
        self._waiting: Counter[WaitsFor] = Counter()

    @property
    def count(self) -> int:
        """Return how many threads wait now."""
        return self._waiting.total()

    @contextmanager
    def waiting_for(self, kind: WaitsFor) -> Iterator[None]:
        """Count the calling thread for the length of the block.

        Raises:
            TooBusy: The limit is reached.
        """
        with self._lock:
            if self._waiting[kind] >= self._limit:
                raise TooBusy(f"too many requests wait for {kind.value}", RETRY_AFTER_SECONDS)
            self._waiting[kind] += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting[kind] -= 1


class _RequestThread(threading.local):
    """What the server has set for the current thread; nothing in other threads than those of requests."""

    def __init__(self) -> None:
        self.before_blocking: Callable[[], None] | None = None
        self.waiting_threads: WaitingThreads | None = None


_thread = _RequestThread()


def set_blocking_callback(
    callback: Callable[[], None], waiting_threads: WaitingThreads | None = None
) -> None:
    """Set what the calling thread, which answers requests, does before it waits.

    Args:
        callback: Runs in this thread each time before it blocks. Must return immediately and raise nothing.
        waiting_threads: Counts and limits the threads that wait; None: no limit.
    """
    _thread.before_blocking = callback
    _thread.waiting_threads = waiting_threads


def notify_blocking() -> None:
    """Call the callback of this thread, which is about to wait for a server, a disk or a lock.

    Repeated calls are harmless and cheap.
    """
    if _thread.before_blocking is not None:
        _thread.before_blocking()


@contextmanager
def waiting_for(kind: WaitsFor) -> Iterator[None]:
    """Notify that this thread is about to wait in the block, and count it there if it answers a request.

    Raises:
        TooBusy: Too many requests wait for the same.
    """
    if _thread.waiting_threads is None:
        notify_blocking()
        yield
        return
    with _thread.waiting_threads.waiting_for(kind):
        notify_blocking()
        yield
