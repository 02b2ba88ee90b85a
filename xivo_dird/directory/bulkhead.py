"""A bulkhead: the few workers and the short queue that one waiting source has for itself.

A hung source can only occupy its own workers. Threads can't be killed, so a call whose askers have all gone is
*abandoned*: it keeps its worker until the backend's own time limit frees it, and nobody waits for it any more.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from xivo_dird.exceptions import SourceUnavailable

AnswerT = TypeVar("AnswerT")

IDLE_SECONDS = 30.0


class Call(Generic[AnswerT]):
    """One question in flight, shared by everybody who asks it meanwhile."""

    def __init__(self, key: Hashable, work: Callable[[], AnswerT]) -> None:
        """Start with one asker."""
        self.key = key
        self.work = work
        self.future: Future[AnswerT] = Future()
        self.askers = 1
        self.abandoned = False

    @property
    def started(self) -> bool:
        """Whether a worker has taken it up."""
        return self.future.running() or self.future.done()


class Bulkhead(Generic[AnswerT]):
    """Runs calls on at most `workers` threads; at most `queue` more may wait. Threads come and go with the load."""

    def __init__(self, name: str, workers: int, queue: int) -> None:
        """Start no thread yet."""
        self._name = name
        self._workers = workers
        self._queue = queue
        self._changed = threading.Condition()
        self._waiting: deque[Call[AnswerT]] = deque()
        self._in_flight: dict[Hashable, Call[AnswerT]] = {}
        self._threads = 0
        self._idle = 0
        self._abandoned = 0
        self._closed = False

    def submit(self, key: Hashable, work: Callable[[], AnswerT]) -> Call[AnswerT]:
        """Have `work` done, or join the call with the same `key` that is in flight.

        Raises `SourceUnavailable` at once when nothing could be done in time: every worker is held by an
        abandoned call, the queue is full, or the bulkhead is closed. The asker ends with `leave`.
        """
        with self._changed:
            call = self._in_flight.get(key)
            if call is not None:
                call.askers += 1
                return call
            self._refuse_if_stuck()
            call = self._in_flight[key] = Call(key, work)
            self._waiting.append(call)
            if len(self._waiting) > self._idle and self._threads < self._workers:
                self._start_worker()
            self._changed.notify()
            return call

    def leave(self, call: Call[AnswerT]) -> None:
        """Stop waiting for `call`; the last asker to leave cancels it if it has not started."""
        with self._changed:
            call.askers -= 1
            if call.askers or call.future.done():
                return
            del self._in_flight[call.key]
            if call.future.cancel():
                self._waiting.remove(call)
                return
            call.abandoned = True
            self._abandoned += 1

    def close(self) -> None:
        """Wake every asker with an error and let the workers go; one that hangs is not waited for."""
        with self._changed:
            self._closed = True
            calls = list(self._in_flight.values())
            self._in_flight.clear()
            self._waiting.clear()
            self._changed.notify_all()
            for call in calls:
                call.future.set_exception(SourceUnavailable("the source is being closed"))

    def _refuse_if_stuck(self) -> None:
        if self._closed:
            raise SourceUnavailable("the source is being closed")
        if self._abandoned >= self._workers:
            raise SourceUnavailable(f"all {self._workers} workers still wait for earlier questions")
        if len(self._waiting) >= self._queue:
            raise SourceUnavailable(f"{self._queue} questions are waiting already")

    def _start_worker(self) -> None:
        self._threads += 1
        threading.Thread(target=self._work, name=f"source {self._name}", daemon=True).start()

    def _work(self) -> None:
        while (call := self._next_call()) is not None:
            self._run(call)

    def _next_call(self) -> Call[AnswerT] | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: bool(self._waiting) or self._closed, IDLE_SECONDS)
            self._idle -= 1
            if not self._waiting:
                self._threads -= 1
                return None
            call = self._waiting.popleft()
            call.future.set_running_or_notify_cancel()
            return call

    def _run(self, call: Call[AnswerT]) -> None:
        answer: AnswerT | None = None
        failure: BaseException | None = None
        try:
            answer = call.work()
        except BaseException as error:  # noqa: BLE001 - whatever a plugin raises is its asker's to judge
            failure = error
        with self._changed:
            if call.abandoned:
                self._abandoned -= 1
            elif self._in_flight.get(call.key) is call:
                del self._in_flight[call.key]
                _settle(call.future, answer, failure)


def _settle(future: Future[AnswerT], answer: AnswerT | None, failure: BaseException | None) -> None:
    if failure is not None:
        future.set_exception(failure)
    elif answer is not None:
        future.set_result(answer)
