"""Threads for the items of one queue, which are started when needed and end when idle."""

import threading
from abc import ABC, abstractmethod
from collections import deque
from typing import Generic, TypeVar

from xivo_dird.exceptions import SourceUnavailable

ItemT = TypeVar("ItemT")

IDLE_SECONDS = 30.0
"""Seconds after which an idle thread ends."""


class WorkerGroup(ABC, Generic[ItemT]):
    """A queue and a limited number of threads. A subclass says what it does with an item.

    All methods whose names begin with `_` except `_work` must be called while `_changed` is held.
    """

    def __init__(self, name: str, max_threads: int, idle_seconds: float = IDLE_SECONDS) -> None:
        """Start nothing yet.

        Args:
            name: The name of the threads.
            max_threads: The maximum number of threads.
            idle_seconds: Seconds after which an idle thread ends.
        """
        self._name = name
        self._max_threads = max_threads
        self._idle_seconds = idle_seconds
        self._changed = threading.Condition()
        self._queue: deque[ItemT] = deque()
        self._threads = 0
        self._idle = 0
        self._closed = False

    @property
    def is_busy(self) -> bool:
        """Return True while an item is worked on or waits for a thread."""
        return bool(self._queue) or self._threads > self._idle

    def end_idle(self) -> None:
        """End every thread as soon as it is idle, from now on; more items are still possible."""
        with self._changed:
            self._idle_seconds = 0.0
            self._changed.notify_all()

    @abstractmethod
    def _work(self, item: ItemT) -> None:
        """Work on an item, in a thread of the group; must raise nothing."""

    def _take_first(self) -> ItemT:
        """Remove the first item from the queue and return it."""
        return self._queue.popleft()

    def _add(self, item: ItemT) -> None:
        """Add an item to the queue, and start a thread if none is idle.

        Raises:
            SourceUnavailable: The system refuses a first thread.
        """
        if len(self._queue) >= self._idle and self._threads < self._max_threads:
            self._start_thread()
        self._queue.append(item)
        self._changed.notify()

    def _end_all(self) -> None:
        """Forget the items that wait for a thread, and end the threads, without waiting for one that hangs."""
        self._closed = True
        self._queue.clear()
        self._changed.notify_all()

    def _start_thread(self) -> None:
        try:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()
        except RuntimeError as error:  # the limit of the system
            if self._threads == 0:
                raise SourceUnavailable(f"no thread can be started: {error}") from error
        else:
            self._threads += 1

    def _run(self) -> None:
        while (item := self._next()) is not None:
            self._work(item)
            del item  # what it refers to must not live as long as an idle thread

    def _next(self) -> ItemT | None:
        """Wait for an item; return None if the thread has to end. Holds `_changed` itself."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(self._has_something_to_do, self._idle_seconds)
            self._idle -= 1
            if self._queue:
                return self._take_first()
            self._threads -= 1
            return None

    def _has_something_to_do(self) -> bool:
        """Return True if a thread has an item, or has to end at once."""
        return bool(self._queue) or self._closed or self._idle_seconds == 0.0
