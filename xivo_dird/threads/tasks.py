"""Runs tasks on a few threads, which are started when needed and end when idle."""

import logging
from collections.abc import Callable

from typing_extensions import override

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.threads.worker_group import WorkerGroup

logger = logging.getLogger(__name__)

Task = Callable[[], None]


class TaskThreads(WorkerGroup[Task]):
    """The threads of one purpose, for example of the index of one source. A thread can't be killed.

    So a task that hangs occupies its thread for ever, and at most `max_threads` of them are lost.
    """

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
            self._add(task)

    def close(self) -> None:
        """Forget the tasks that wait for a thread, and end the threads, without waiting for a task that hangs."""
        with self._changed:
            self._end_all()

    @override
    def _work(self, item: Task) -> None:
        try:
            item()
        except BaseException:
            logger.exception("A task of the thread %r failed", self._name)
