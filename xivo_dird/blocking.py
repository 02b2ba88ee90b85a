"""What a request thread says before it waits for something outside the process, and while it computes for long.

Another thread then takes over its other work. A thread that waits does not count as a busy one, so that a database, a
server or a source that hangs does not use up the threads of the requests that need none of them; for each of these
kinds a limited number of threads may wait.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Protocol

from xivo_dird.exceptions import TooBusy

RETRY_AFTER_SECONDS = 5


class WaitsFor(Enum):
    """The kinds of things that threads wait for."""

    STORE = "the database"
    AUTHENTICATION = "authentication"
    SOURCES = "sources"
    LONG_WORK = "the processor"


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


class SharedProcessor(Protocol):
    """Decides whose long request computes."""

    def is_crowded(self, owner: str) -> bool:
        """Return whether a request of this owner must `enter` before it begins."""

    def enter(self, owner: str) -> None:
        """Wait until a request of this owner may begin; raise `TooManyRequests` if that takes too long."""

    def share(self, owner: str, timeout: float) -> None:
        """Allow others to compute, at most for `timeout` seconds; raise `TooBusy` if too many do."""

    def end(self) -> None:
        """Allow others to compute until the next `share`, without waiting for them."""


class _RequestThread(threading.local):
    """What the server has set for the current thread; nothing in other threads than those of requests."""

    def __init__(self) -> None:
        self.before_blocking: Callable[[], None] | None = None
        self.waiting_threads: WaitingThreads | None = None
        self.processor: SharedProcessor | None = None
        self.owner = ""


_thread = _RequestThread()


def set_blocking_callback(
    callback: Callable[[], None],
    waiting_threads: WaitingThreads | None = None,
    processor: SharedProcessor | None = None,
) -> None:
    """Set what the calling thread, which answers requests, does before it waits, and while it computes.

    Args:
        callback: Runs in this thread each time before it blocks. Must return immediately and raise nothing.
        waiting_threads: Counts and limits the threads that wait; None: no limit.
        processor: Decides whose long request computes; None: all of them at the same time.
    """
    _thread.before_blocking = callback
    _thread.waiting_threads = waiting_threads
    _thread.processor = processor


def begin_work_for(owner: str) -> None:
    """Record for whom the calling thread works from now on; wait first if many long requests of this owner wait.

    Raises:
        TooManyRequests: They take too long.
        TooBusy: Too many requests wait.
    """
    _thread.owner = owner
    if _thread.processor is not None and _thread.processor.is_crowded(owner):
        notify_blocking()
        _thread.processor.enter(owner)


def end_work() -> None:
    """Record that the calling thread has ended its work for an owner."""
    _thread.owner = ""
    if _thread.processor is not None:
        _thread.processor.end()


def share_processor(timeout: float) -> None:
    """Allow other requests to go on; call this between portions of a large result.

    Args:
        timeout: Seconds after which this thread goes on at the latest.

    Raises:
        TooBusy: Too many requests with large results wait.
    """
    if _thread.processor is not None:
        _thread.processor.share(_thread.owner, timeout)


def notify_blocking() -> None:
    """Call the callback of this thread, which is about to wait for a server, a disk or a lock.

    Repeated calls are harmless and cheap.
    """
    if _thread.processor is not None:
        _thread.processor.end()
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
