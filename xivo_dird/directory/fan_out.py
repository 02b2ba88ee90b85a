"""The fan-out: send one question to many sources, and return by the deadline whatever a source does.

Blocking sources are started first, each on its own workers. Sources in memory are then queried in the calling thread.
Outcomes are in the order of the sources. At the deadline late calls are released: a queued call is cancelled, and a
running one is abandoned and occupies its worker until it ends.
"""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from typing import NamedTuple

from xivo_dird.blocking import WaitsFor, waiting_for
from xivo_dird.caller import Caller
from xivo_dird.directory.answer import NO_CONTACTS, Answer
from xivo_dird.directory.outcome import Outcome, Status, log_outcomes
from xivo_dird.directory.question import Question, asked_texts
from xivo_dird.directory.source import DirectorySource
from xivo_dird.exceptions import (
    QuestionRefused,
    RequestAbandoned,
    TooBusy,
    describe_error,
    without_question,
)
from xivo_dird.threads.bulkhead import Call
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

POLL_SECONDS = 0.25
"""Seconds that `ask_as_completed` waits for an outcome, at most, before it yields None."""


class PendingCall(NamedTuple):
    """A call in flight on a worker of its source."""

    source: DirectorySource
    call: Call[Answer]

    def release(self) -> None:
        """Stop waiting for the call."""
        self.call.release()


class FanOut:
    """One question to several sources, with its caller and its deadline."""

    def __init__(self, question: Question, caller: Caller, deadline: Deadline) -> None:
        """Create a fan-out without outcomes."""
        self.question = question
        self.caller = caller
        self.deadline = deadline
        self.outcomes: dict[DirectorySource, Outcome] = {}
        self._started_at = time.monotonic()

    def start(self, source: DirectorySource) -> PendingCall | Outcome:
        """Start a call of a blocking source on one of its workers; return the outcome if the source is skipped."""
        try:
            return PendingCall(source, source.submit(self.question, self.caller, self.deadline))
        except Exception as error:  # noqa: BLE001 - plugin boundary: a failing source loses only its own entries
            return self._record(source, Status.SKIPPED, error=self._describe(error))

    def ask_inline(self, source: DirectorySource) -> Outcome:
        """Query a source in memory, in this thread.

        Raises:
            RequestAbandoned: The client has gone.
        """
        started_at = time.monotonic()
        try:
            answer = source.answer(self.question, self.caller, self.deadline)
        except RequestAbandoned:
            raise
        except TooBusy as refusal:
            return self._record(source, Status.SKIPPED, started_at, error=refusal.message)
        except Exception as error:  # noqa: BLE001 - plugin boundary: a failing source loses only its own entries
            return self._record(source, _status_of(error), started_at, error=self._describe(error))
        return self._record(source, Status.OK, started_at, answer)

    def collect(self, pending: PendingCall) -> Outcome:
        """Wait for a call and return its outcome; stop waiting at the deadline, or if too many requests wait."""
        source, call = pending
        try:
            error = _result(call, self.deadline)
        except TimeoutError:
            return self.abandon(pending)
        except TooBusy as refusal:
            return self.skip(pending, refusal.message)
        if error is not None:
            return self._record(source, _status_of(error), self._started_at, error=self._describe(error))
        return self._record(source, Status.OK, self._started_at, call.future.result())

    def abandon(self, pending: PendingCall) -> Outcome:
        """Stop waiting for a call and return the outcome: its source is late.

        If the call never started, this says nothing about its source, so the source counts as skipped.
        """
        source, call = pending
        if not call.has_started:
            return self.skip(pending, "still queued at the deadline")
        pending.release()
        error = f"no answer within {self.deadline.timeout:g} s"
        return self._record(source, Status.LATE, self._started_at, error=error)

    def skip(self, pending: PendingCall, reason: str) -> Outcome:
        """Stop waiting for a call and return the outcome: its source is skipped."""
        pending.release()
        return self._record(pending.source, Status.SKIPPED, self._started_at, error=reason)

    def _describe(self, error: BaseException) -> str:
        """Return the description of a backend's error without the question, which it may quote."""
        return without_question(describe_error(error), *asked_texts(self.question))

    def _record(
        self,
        source: DirectorySource,
        status: Status,
        started_at: float | None = None,
        answer: Answer = NO_CONTACTS,
        error: str | None = None,
    ) -> Outcome:
        seconds = 0.0 if started_at is None else time.monotonic() - started_at
        outcome = Outcome(source.name, status, seconds, answer.contacts, error, answer.is_cut, answer.groups)
        self.outcomes[source] = outcome
        return source.record(outcome, self.question, self.caller, self.deadline)


def ask_all(
    sources: Sequence[DirectorySource], question: Question, caller: Caller, deadline: Deadline
) -> list[Outcome]:
    """Query every source and return one outcome per source, in their order, by the deadline."""
    return ask_each([(source, question) for source in sources], caller, deadline)


def ask_each(
    questions: Sequence[tuple[DirectorySource, Question]], caller: Caller, deadline: Deadline
) -> list[Outcome]:
    """Query each source with its own question, otherwise like `ask_all`."""
    fan_outs = [(FanOut(question, caller, deadline), source) for source, question in questions]
    started = [
        (fan_out, source, fan_out.start(source) if source.may_block(fan_out.question) else None)
        for fan_out, source in fan_outs
    ]
    try:
        with_inline = [
            (fan_out, fan_out.ask_inline(source) if step is None else step)
            for fan_out, source, step in started
        ]
    except RequestAbandoned:
        for _, _, step in started:
            if isinstance(step, PendingCall):
                step.release()
        raise
    outcomes = [
        fan_out.collect(step) if isinstance(step, PendingCall) else step for fan_out, step in with_inline
    ]
    log_outcomes(outcomes)
    return outcomes


def ask_as_completed(
    sources: Sequence[DirectorySource],
    question: Question,
    caller: Caller,
    deadline: Deadline,
    poll_seconds: float = POLL_SECONDS,
) -> Generator[tuple[int, Outcome] | None]:
    """Query every source like `ask_all`, and yield the position and outcome of each source as it completes.

    Also yields None after each wait for the blocking sources, at least every `poll_seconds`, so that the caller can
    check whether its client is still there. Closing the generator releases the pending calls.
    """
    fan_out = FanOut(question, caller, deadline)
    pending: dict[int, PendingCall] = {}
    try:
        in_memory: list[tuple[int, DirectorySource]] = []
        for position, source in enumerate(sources):
            step = fan_out.start(source) if source.may_block(question) else None
            if isinstance(step, PendingCall):
                pending[position] = step
            elif step is None:
                in_memory.append((position, source))
            else:
                yield position, step
        for position, source in in_memory:
            yield position, fan_out.ask_inline(source)
            yield from _completed(fan_out, pending)
        while pending:
            refusal = wait_for_one(pending.values(), min(poll_seconds, deadline.remaining()))
            yield from _completed(fan_out, pending)
            while refusal and pending:
                position, call = pending.popitem()
                yield position, fan_out.skip(call, refusal)
            yield None
    finally:
        for unfinished in pending.values():
            unfinished.release()
        log_outcomes([*fan_out.outcomes.values()])


def wait_for_one(pending: Iterable[PendingCall], timeout: float) -> str | None:
    """Wait at most `timeout` seconds until one of the calls has finished.

    Returns:
        The reason why this thread must not wait, if too many requests do; otherwise None.
    """
    try:
        with waiting_for(WaitsFor.SOURCES):
            wait([call.future for _, call in pending], timeout, FIRST_COMPLETED)
    except TooBusy as refusal:
        return refusal.message
    return None


def _result(call: Call[Answer], deadline: Deadline) -> BaseException | None:
    """Wait for the end of a call; return its error, if any.

    Raises:
        TimeoutError: It has not finished at the deadline.
        TooBusy: It has not finished, and too many requests wait.
    """
    if call.future.done():
        return call.future.exception()
    with waiting_for(WaitsFor.SOURCES):
        return call.future.exception(deadline.remaining())


def _completed(fan_out: FanOut, pending: dict[int, PendingCall]) -> Iterator[tuple[int, Outcome]]:
    """Remove the finished calls from `pending`, or all calls at the deadline, and yield their outcomes."""
    is_over = fan_out.deadline.is_expired
    for position in [p for p, (_, call) in pending.items() if is_over or call.future.done()]:
        yield position, fan_out.collect(pending.pop(position))


def _status_of(error: BaseException) -> Status:
    if isinstance(error, DeadlinePassed):
        return Status.LATE
    return Status.REFUSED if isinstance(error, QuestionRefused) else Status.FAILED
