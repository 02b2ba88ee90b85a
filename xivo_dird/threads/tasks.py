"""Runs tasks on a few threads, which are started when needed and end when idle."""

import logging
import threading
from collections import deque
from collections.abc import Callable

from xivo_dird.exceptions import SourceUnavailable

logger = logging.getLogger(__name__)

IDLE_SECONDS = 30.0
"""Seconds after which an idle thread ends."""

Task = Callable[[], None]


class TaskThreads:
    """The threads of one purpose, for example of the index of one source. A thread can't be killed.

    So a task that hangs occupies its thread for ever, and at most `max_threads` of them are lost.
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
        self._queue: deque[Task] = deque()
        self._threads = 0
        self._idle = 0
        self._closed = False

    @property
    def is_busy(self) -> bool:
        """Return True while a task is running or waits for a thread."""
        return bool(self._queue) or self._threads > self._idle

    @property
    def is_closed(self) -> bool:
        """Return True after `close`."""
        return self._closed

    def run(self, task: Task) -> None:
        """Run a task as soon as a thread is free, without waiting for it. An error that it raises is logged.

        Raises:
            SourceUnavailable: The threads are closed, or the system refuses a first thread.
        """
        with self._changed:
            if self._closed:
                raise SourceUnavailable("the source is being closed")
            self._queue.append(task)
            if len(self._queue) > self._idle and self._threads < self._max_threads:
                self._start_thread()
            self._changed.notify()

    def end_idle(self) -> None:
        """End every thread as soon as it is idle, from now on."""
        with self._changed:
            self._idle_seconds = 0.0
            self._changed.notify_all()

    def close(self) -> None:
        """Forget the tasks that wait for a thread, and end the threads, without waiting for a task that hangs."""
        with self._changed:
            self._closed = True
            self._queue.clear()
        self.end_idle()

    def _start_thread(self) -> None:
        try:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        except RuntimeError as error:  # the limit of the system
            if self._threads == 0:
                self._queue.clear()
                raise SourceUnavailable(f"no thread can be started: {error}") from error
        else:
            self._threads += 1

    def _work(self) -> None:
        while (task := self._next_task()) is not None:
            try:
                task()
            except BaseException:
                logger.exception("A task of the thread %r failed", self._name)
            del task  # what it refers to must not live as long as an idle thread

    def _next_task(self) -> Task | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(self._has_something_to_do, self._idle_seconds)
            self._idle -= 1
            if self._queue:
                return self._queue.popleft()
            self._threads -= 1
            return None

    def _has_something_to_do(self) -> bool:
        """Return True if a thread has a task, or has to end at once."""
        return bool(self._queue) or self._closed or self._idle_seconds == 0.0
