"""The fan-out: send one question to many sources, and return by the deadline whatever a source does.

Blocking sources are started first, each on its own workers. Sources in memory are then queried in the calling thread.
Outcomes are in the order of the sources. At the deadline late calls are released: a queued call is cancelled, and a
running one is abandoned and occupies its worker until it ends.
"""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from typing import NamedTuple

from xivo_dird.blocking import notify_blocking
from xivo_dird.caller import Caller
from xivo_dird.directory.bulkhead import Call
from xivo_dird.directory.outcome import Outcome, Status, log_outcomes
from xivo_dird.directory.question import Question
from xivo_dird.directory.source import Contacts, DirectorySource
from xivo_dird.exceptions import QuestionRefused, describe_error
from xivo_dird.threads.deadline import Deadline

POLL_SECONDS = 0.25
"""Seconds that `ask_as_completed` waits for an outcome, at most, before it yields None."""


class PendingCall(NamedTuple):
    """A call in flight on a worker of its source."""

    source: DirectorySource
    call: Call[Contacts]

    def release(self) -> None:
        """Stop waiting for the call."""
        self.source.release(self.call)


class FanOut:
    """One question to several sources, with its caller and its deadline."""

    def __init__(self, question: Question, caller: Caller, deadline: Deadline) -> None:
        """Create a fan-out without outcomes."""
        self.question = question
        self.caller = caller
        self.deadline = deadline
        self.outcomes: list[Outcome] = []
        self._started_at = time.monotonic()

    def start(self, source: DirectorySource) -> PendingCall | Outcome:
        """Start a call of a blocking source on one of its workers; return the outcome if the source is skipped."""
        try:
            return PendingCall(source, source.submit(self.question, self.caller, self.deadline))
        except Exception as error:  # noqa: BLE001 - plugin boundary: a failing source loses only its own entries
            return self._record(source, Status.SKIPPED, error=describe_error(error))

    def ask_inline(self, source: DirectorySource) -> Outcome:
        """Query a source in memory, in this thread."""
        started_at = time.monotonic()
        try:
            contacts = source.answer(self.question, self.caller, self.deadline)
        except Exception as error:  # noqa: BLE001 - plugin boundary: a failing source loses only its own entries
            return self._record(source, _status_of(error), started_at, error=describe_error(error))
        return self._record(source, Status.OK, started_at, contacts)

    def collect(self, pending: PendingCall) -> Outcome:
        """Wait for a call and return its outcome; if it has not finished at the deadline, stop waiting for it."""
        source, call = pending
        notify_blocking()
        try:
            error = call.future.exception(self.deadline.remaining())
        except TimeoutError:
            return self.abandon(pending)
        if error is not None:
            return self._record(source, _status_of(error), self._started_at, error=describe_error(error))
        return self._record(source, Status.OK, self._started_at, call.future.result())

    def abandon(self, pending: PendingCall) -> Outcome:
        """Stop waiting for a call and return the outcome: its source is late.

        If the call never started, this says nothing about its source, so the source counts as skipped.
        """
        source, call = pending
        has_started = call.has_started
        pending.release()
        if not has_started:
            error = "still queued at the deadline"
            return self._record(source, Status.SKIPPED, self._started_at, error=error)
        error = f"no answer within {self.deadline.timeout:g} s"
        return self._record(source, Status.LATE, self._started_at, error=error)

    def _record(
        self,
        source: DirectorySource,
        status: Status,
        started_at: float | None = None,
        contacts: Contacts = (),
        error: str | None = None,
    ) -> Outcome:
        seconds = 0.0 if started_at is None else time.monotonic() - started_at
        outcome = Outcome(source.name, status, seconds, contacts, error)
        self.outcomes.append(outcome)
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
    started = [fan_out.start(source) if source.is_blocking else None for fan_out, source in fan_outs]
    with_inline = [
        fan_out.ask_inline(source) if step is None else step
        for (fan_out, source), step in zip(fan_outs, started, strict=True)
    ]
    outcomes = [
        fan_out.collect(step) if isinstance(step, PendingCall) else step
        for (fan_out, _), step in zip(fan_outs, with_inline, strict=True)
    ]
    log_outcomes(outcomes)
    return outcomes


def ask_as_completed(
    sources: Sequence[DirectorySource], question: Question, caller: Caller, deadline: Deadline
) -> Generator[tuple[int, Outcome] | None]:
    """Query every source like `ask_all`, and yield the position and outcome of each source as it completes.

    Also yields None after each wait for the blocking sources, at least every `POLL_SECONDS`, so that the caller can
    check whether its client is still there. Closing the generator releases the pending calls.
    """
    fan_out = FanOut(question, caller, deadline)
    pending: dict[int, PendingCall] = {}
    try:
        in_memory: list[tuple[int, DirectorySource]] = []
        for position, source in enumerate(sources):
            step = fan_out.start(source) if source.is_blocking else None
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
            wait_for_one(pending.values(), min(POLL_SECONDS, deadline.remaining()))
            yield from _completed(fan_out, pending)
            yield None
    finally:
        for unfinished in pending.values():
            unfinished.release()
        log_outcomes(fan_out.outcomes)


def wait_for_one(pending: Iterable[PendingCall], timeout: float) -> None:
    """Wait at most `timeout` seconds until one of the calls has finished."""
    notify_blocking()
    wait([call.future for _, call in pending], timeout, FIRST_COMPLETED)


def _completed(fan_out: FanOut, pending: dict[int, PendingCall]) -> Iterator[tuple[int, Outcome]]:
    """Remove the finished calls from `pending`, or all calls at the deadline, and yield their outcomes."""
    is_over = fan_out.deadline.is_expired
    for position in [p for p, (_, call) in pending.items() if is_over or call.future.done()]:
        yield position, fan_out.collect(pending.pop(position))


def _status_of(error: BaseException) -> Status:
    return Status.REFUSED if isinstance(error, QuestionRefused) else Status.FAILED
