"""A bulkhead: the few workers and the short queue that are reserved for one thing that may block, such as a source.

If it hangs, it can occupy only its own workers. A thread can't be killed, so a running call that no caller waits for
any longer is *abandoned*: it occupies its worker until its own timeout ends it.
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import Generic, TypeVar

from typing_extensions import override

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.threads.worker_group import WorkerGroup

AnswerT = TypeVar("AnswerT")


class Call(Generic[AnswerT]):
    """One call in flight, shared by all callers with an equal question (single-flight)."""

    def __init__(
        self, key: Hashable, work: Callable[[], AnswerT], release: Callable[["Call[AnswerT]"], None]
    ) -> None:
        """Create a call with one waiting caller.

        Args:
            key: Equal for calls that can share one answer.
            work: Returns the answer.
            release: Called by each caller that stops waiting.
        """
        self.key = key
        self.work = work
        self.future: Future[AnswerT] = Future()
        self.waiters = 1
        self.is_abandoned = False
        self._release = release

    def release(self) -> None:
        """Stop waiting; the last waiter cancels a queued call and abandons a running one."""
        self._release(self)

    @property
    def has_started(self) -> bool:
        """Return True if a worker has started the call."""
        return self.future.running() or self.future.done()


class Bulkhead(WorkerGroup[Call[AnswerT]]):
    """Runs calls on a limited number of threads, which are started when needed and end when idle."""

    def __init__(self, name: str, workers: int, queue: int) -> None:
        """Create a bulkhead without threads.

        Args:
            name: What is called, for the names of the threads.
            workers: The maximum number of threads.
            queue: The maximum number of calls that wait for a thread.
        """
        super().__init__(name, workers)
        self._max_queued = queue
        self._in_flight: dict[Hashable, Call[AnswerT]] = {}
        self._abandoned = 0

    def submit(self, key: Hashable, work: Callable[[], AnswerT]) -> Call[AnswerT]:
        """Run `work` on a worker, or join the call with the same `key` that is in flight.

        A caller that stops waiting must `release` it.

        Raises:
            SourceUnavailable: At once, if the call can't be done in time: abandoned calls occupy all workers, the queue
                is full, the bulkhead is closed, or the system refuses a first thread.
        """
        with self._changed:
            call = self._in_flight.get(key)
            if call is not None:
                call.waiters += 1
                return call
            self._check_capacity()
            call = Call(key, work, self._release)
            self._add(call)
            self._in_flight[key] = call
            return call

    def _release(self, call: Call[AnswerT]) -> None:
        with self._changed:
            call.waiters -= 1
            if call.waiters or call.future.done():
                return
            del self._in_flight[call.key]
            if call.future.cancel():
                self._queue.remove(call)
                return
            call.is_abandoned = True
            self._abandoned += 1

    def has_call_besides(self, key: Hashable) -> bool:
        """Return whether a caller waits for a call with another key."""
        with self._changed:
            return any(other != key for other in self._in_flight)

    def close(self) -> None:
        """End all calls with an error and stop the workers, without waiting for one that hangs."""
        with self._changed:
            self._end_all()
            calls = list(self._in_flight.values())
            self._in_flight.clear()
            for call in calls:
                call.future.set_exception(SourceUnavailable("it is being closed"))

    def _check_capacity(self) -> None:
        if self._closed:
            raise SourceUnavailable("it is being closed")
        if self._abandoned >= self._max_threads:
            raise SourceUnavailable(f"all {self._max_threads} workers still wait for earlier calls")
        if len(self._queue) >= self._max_queued:
            raise SourceUnavailable(f"{self._max_queued} calls are waiting already")

    @override
    def _take_first(self) -> Call[AnswerT]:
        call = super()._take_first()
        call.future.set_running_or_notify_cancel()
        return call

    @override
    def _work(self, item: Call[AnswerT]) -> None:
        try:
            answer = item.work()
        except BaseException as error:  # noqa: BLE001 - the callers get whatever a plugin raises
            self._end(item, partial(item.future.set_exception, error))
        else:
            self._end(item, partial(item.future.set_result, answer))

    def _end(self, call: Call[AnswerT], complete: Callable[[], None]) -> None:
        with self._changed:
            if call.is_abandoned:
                self._abandoned -= 1
            elif self._in_flight.get(call.key) is call:
                del self._in_flight[call.key]
                complete()
