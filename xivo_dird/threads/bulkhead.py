"""A bulkhead: the few workers and the short queue that are reserved for one thing that may block, such as a source.

If it hangs, it can occupy only its own workers. A thread can't be killed, so a running call that no caller waits for
any longer is *abandoned*: it occupies its worker until its own timeout ends it.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import Generic, TypeVar

from xivo_dird.exceptions import SourceUnavailable

AnswerT = TypeVar("AnswerT")

IDLE_SECONDS = 30.0
"""Seconds after which an idle worker ends."""


class Call(Generic[AnswerT]):
    """One call in flight, shared by all callers with an equal question (single-flight)."""

    def __init__(self, key: Hashable, work: Callable[[], AnswerT]) -> None:
        """Create a call with one waiting caller.

        Args:
            key: Equal for calls that can share one answer.
            work: Returns the answer.
        """
        self.key = key
        self.work = work
        self.future: Future[AnswerT] = Future()
        self.waiters = 1
        self.is_abandoned = False

    @property
    def has_started(self) -> bool:
        """Return True if a worker has started the call."""
        return self.future.running() or self.future.done()


class Bulkhead(Generic[AnswerT]):
    """Runs calls on a limited number of threads, which are started when needed and end when idle."""

    def __init__(self, name: str, workers: int, queue: int) -> None:
        """Create a bulkhead without threads.

        Args:
            name: What is called, for the names of the threads.
            workers: The maximum number of threads.
            queue: The maximum number of calls that wait for a thread.
        """
        self._name = name
        self._max_workers = workers
        self._max_queued = queue
        self._changed = threading.Condition()
        self._queue: deque[Call[AnswerT]] = deque()
        self._in_flight: dict[Hashable, Call[AnswerT]] = {}
        self._workers = 0
        self._idle = 0
        self._abandoned = 0
        self._closed = False
        self._idle_seconds = IDLE_SECONDS

    def submit(self, key: Hashable, work: Callable[[], AnswerT]) -> Call[AnswerT]:
        """Run `work` on a worker, or join the call with the same `key` that is in flight.

        A caller that stops waiting must `release` the call.

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
            if len(self._queue) >= self._idle and self._workers < self._max_workers:
                self._start_worker()
            call = self._in_flight[key] = Call(key, work)
            self._queue.append(call)
            self._changed.notify()
            return call

    def release(self, call: Call[AnswerT]) -> None:
        """Stop waiting for `call`; the last waiter cancels a queued call and abandons a running one."""
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

    @property
    def is_busy(self) -> bool:
        """Return True while a call runs, hangs or waits for a worker."""
        return bool(self._queue) or self._workers > self._idle

    def end_idle(self) -> None:
        """End every worker as soon as it is idle, from now on; calls are still possible."""
        with self._changed:
            self._idle_seconds = 0.0
            self._changed.notify_all()

    def close(self) -> None:
        """End all calls with an error and stop the workers, without waiting for one that hangs."""
        with self._changed:
            self._closed = True
            calls = list(self._in_flight.values())
            self._in_flight.clear()
            self._queue.clear()
            self._changed.notify_all()
            for call in calls:
                call.future.set_exception(SourceUnavailable("it is being closed"))

    def _check_capacity(self) -> None:
        if self._closed:
            raise SourceUnavailable("it is being closed")
        if self._abandoned >= self._max_workers:
            raise SourceUnavailable(f"all {self._max_workers} workers still wait for earlier calls")
        if len(self._queue) >= self._max_queued:
            raise SourceUnavailable(f"{self._max_queued} calls are waiting already")

    def _start_worker(self) -> None:
        try:
            threading.Thread(target=self._run_worker, name=self._name, daemon=True).start()
        except RuntimeError as error:  # the limit of the system
            if self._workers == 0:
                raise SourceUnavailable(f"no thread can be started: {error}") from error
        else:
            self._workers += 1

    def _run_worker(self) -> None:
        while (call := self._next_call()) is not None:
            self._run(call)

    def _next_call(self) -> Call[AnswerT] | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(self._has_something_to_do, self._idle_seconds)
            self._idle -= 1
            if not self._queue:
                self._workers -= 1
                return None
            call = self._queue.popleft()
            call.future.set_running_or_notify_cancel()
            return call

    def _has_something_to_do(self) -> bool:
        """Return True if a worker has a call, or has to end at once."""
        return bool(self._queue) or self._closed or self._idle_seconds == 0.0

    def _run(self, call: Call[AnswerT]) -> None:
        try:
            answer = call.work()
        except BaseException as error:  # noqa: BLE001 - the callers get whatever a plugin raises
            self._end(call, partial(call.future.set_exception, error))
        else:
            self._end(call, partial(call.future.set_result, answer))

    def _end(self, call: Call[AnswerT], complete: Callable[[], None]) -> None:
        with self._changed:
            if call.is_abandoned:
                self._abandoned -= 1
            elif self._in_flight.get(call.key) is call:
                del self._in_flight[call.key]
                complete()
