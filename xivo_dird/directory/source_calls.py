"""The calls of a source on workers: of lookups, which its breaker watches, and of lists without a term."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple

from typing_extensions import override

from xivo_dird.caller import Caller
from xivo_dird.directory.answer import Answer
from xivo_dird.directory.outcome import Outcome, SourceRecord, Status
from xivo_dird.directory.question import Question, probe_of
from xivo_dird.exceptions import QuestionRefused, SourceUnavailable
from xivo_dird.threads.breaker import Breaker, BreakerLimits
from xivo_dird.threads.bulkhead import Bulkhead, Call
from xivo_dird.threads.deadline import Deadline

AskFunction = Callable[[Question, Caller, Deadline], Answer]
"""Queries the backend in the calling thread, and raises whatever it raises."""

_ANSWERED = (Status.OK, Status.REFUSED)


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """The limits of one blocking source: its threads, its queued questions, and the limits of its breaker."""

    workers: int
    queue: int
    breaker: BreakerLimits


class _CallerQuestion(NamedTuple):
    question: Question
    caller: Caller


class SourceCalls(ABC):
    """The calls of one kind of questions, on workers of their own."""

    def __init__(self, name: str, limits: SourceLimits, ask: AskFunction, record: SourceRecord) -> None:
        """Create calls without threads.

        Args:
            name: What is asked, for the names of the threads.
            limits: The limits of the source.
            ask: Queries the source.
            record: The record of the source.
        """
        self.bulkhead: Bulkhead[Answer] = Bulkhead(name, limits.workers, limits.queue)
        self._ask = ask
        self._record = record

    @abstractmethod
    def submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Answer]:
        """Query the source on a worker.

        Raises:
            SourceUnavailable: The breaker is open, or the bulkhead has no capacity.
        """

    @abstractmethod
    def record(self, outcome: Outcome, question: Question, caller: Caller, deadline: Deadline) -> None:
        """Record the outcome of a question, asked on a worker or not."""

    def _submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Answer]:
        key = _CallerQuestion(question, caller)
        return self.bulkhead.submit(key, lambda: self._ask(question, caller, deadline))


class LookupCalls(SourceCalls):
    """Calls whose failures and late answers open the breaker of the source, which probes with an earlier question."""

    def __init__(
        self,
        name: str,
        limits: SourceLimits,
        ask: AskFunction,
        record: SourceRecord,
        can_fail: Callable[[], bool],
    ) -> None:
        """Create calls without threads.

        Args:
            name: The name of the source.
            limits: The limits of the source.
            ask: Queries the source.
            record: The record of the source.
            can_fail: Returns whether a failure may open the breaker at present.
        """
        super().__init__(f"source {name}", limits, self._ask_and_count_failure, record)
        self.breaker = Breaker(limits.breaker, self._probe)
        self._ask_source = ask
        self._can_fail = can_fail
        self._max_timeout = 0.0
        self._last_asked: _CallerQuestion | None = None
        self._last_answered: _CallerQuestion | None = None
        self._probes_answered = cycle((True, False))

    @override
    def submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Answer]:
        self._last_asked = _CallerQuestion(probe_of(question), caller)
        self._max_timeout = max(self._max_timeout, deadline.timeout)
        _check_breaker(self.breaker)
        return self._submit(question, caller, deadline)

    @override
    def record(self, outcome: Outcome, question: Question, caller: Caller, deadline: Deadline) -> None:
        """Record an outcome, also for the breaker.

        Failures are not counted for it here: the worker counts them. A late answer is counted only if the timeout was
        the longest one until now: a caller with a short timeout must not open the breaker for the others.
        """
        self._record.count(outcome)
        if outcome.status is Status.OK:
            self._last_answered = _CallerQuestion(probe_of(question), caller)
        if outcome.status in _ANSWERED:
            self.breaker.record_success()
        elif outcome.status is Status.LATE and deadline.timeout >= self._max_timeout and self._can_fail():
            self.breaker.record_failure()

    def _ask_and_count_failure(self, question: Question, caller: Caller, deadline: Deadline) -> Answer:
        """Query the source and count a failure, unless it came after all deadlines, when it was counted as late."""
        started_at = time.monotonic()
        try:
            return self._ask_source(question, caller, deadline)
        except QuestionRefused:
            raise
        except BaseException:
            if time.monotonic() - started_at < self._max_timeout and self._can_fail():
                self.breaker.record_failure()
            raise

    def _probe(self) -> bool:
        """Return True if the source works: it answers an earlier question in time, or refuses only that one.

        Also True if the source has not been asked anything yet.
        """
        probe = self._next_probe()
        if probe is None:
            return True
        started_at = time.monotonic()
        deadline = Deadline.after(self._max_timeout)
        try:
            call = self._submit(*probe, deadline)
        except SourceUnavailable:
            return False
        try:
            error = call.future.exception(deadline.remaining())
        except TimeoutError:
            call.release()
            return False
        if error is not None:
            return isinstance(error, QuestionRefused)
        self._record.update(Outcome(self._record.name, Status.OK, time.monotonic() - started_at))
        return True

    def _next_probe(self) -> _CallerQuestion | None:
        """Return alternately the last answered and the last asked question.

        One of them alone may be the cause of failures.
        """
        if next(self._probes_answered):
            return self._last_answered or self._last_asked
        return self._last_asked


class ListCalls(SourceCalls):
    """Calls of lists without a term: what becomes of them says nothing about lookups."""

    def __init__(
        self,
        name: str,
        limits: SourceLimits,
        ask: AskFunction,
        record: SourceRecord,
        breaker: Breaker,
    ) -> None:
        """Create calls without threads.

        Args:
            name: The name of the source.
            limits: The limits of the source.
            ask: Queries the source.
            record: The record of the source.
            breaker: The breaker of the source, which no list opens or closes.
        """
        super().__init__(f"order of {name}", limits, ask, record)
        self._breaker = breaker

    @override
    def submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Answer]:
        _check_breaker(self._breaker)
        return self._submit(question, caller, deadline)

    @override
    def record(self, outcome: Outcome, question: Question, caller: Caller, deadline: Deadline) -> None:
        """Record an outcome, unless the list is refused, or late since entries are being sorted: that is no news."""
        if outcome.status not in (Status.REFUSED, Status.LATE):
            self._record.count(outcome)


def _check_breaker(breaker: Breaker) -> None:
    if breaker.is_open:
        raise SourceUnavailable("skipped after repeated failures until it answers a probe")
