"""The fan-out: one question to many sources, answered in time whatever one of them does.

Sources that wait on a network are asked first, each on workers of its own; those that answer from memory are
asked in the calling thread meanwhile. Answers come in the order of the sources. At the deadline the late ones
are left behind: their calls are cancelled, or abandoned to their own worker.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from typing import NamedTuple

from xivo_dird.blocking import notify_blocking
from xivo_dird.caller import Caller
from xivo_dird.directory.bulkhead import Call
from xivo_dird.directory.outcome import Outcome, Status, log_outcomes, text_of
from xivo_dird.directory.question import Question
from xivo_dird.directory.source import Contacts, DirectorySource
from xivo_dird.exceptions import QuestionRefused
from xivo_dird.threads.deadline import Deadline

POLL_SECONDS = 0.25
"""Seconds after which whoever takes outcomes as they come gets a turn, though there is none."""


class _Pending(NamedTuple):
    source: DirectorySource
    call: Call[Contacts]


class _FanOut:
    """One question on its way: what sources are asked, for whom, and until when."""

    def __init__(self, question: Question, caller: Caller, deadline: Deadline) -> None:
        self.question = question
        self.caller = caller
        self.deadline = deadline
        self.outcomes: list[Outcome] = []
        self._began = time.monotonic()

    def start(self, source: DirectorySource) -> _Pending | Outcome:
        """Have a waiting source asked by one of its workers, or skip it at once."""
        try:
            return _Pending(source, source.submit(self.question, self.caller, self.deadline))
        except Exception as error:  # noqa: BLE001 - plugin border: a source costs only its own entries
            return self._end(source, Status.SKIPPED, error=text_of(error))

    def ask_inline(self, source: DirectorySource) -> Outcome:
        """Ask a source that answers from memory, in this thread."""
        began = time.monotonic()
        try:
            contacts = source.answer(self.question, self.caller, self.deadline)
        except Exception as error:  # noqa: BLE001 - plugin border: a source costs only its own entries
            return self._end(source, _status_of(error), began, error=text_of(error))
        return self._end(source, Status.OK, began, contacts)

    def collect(self, pending: _Pending) -> Outcome:
        """Take what a worker answered by the deadline; leave it behind otherwise."""
        source, call = pending
        notify_blocking()
        try:
            error = call.future.exception(self.deadline.remaining())
        except TimeoutError:
            return self.abandon(pending)
        if error is not None:
            return self._end(source, _status_of(error), self._began, error=text_of(error))
        return self._end(source, Status.OK, self._began, call.future.result())

    def abandon(self, pending: _Pending) -> Outcome:
        """Wait no longer. A call that never started says nothing about its source: that counts as skipped."""
        source, call = pending
        started = call.started
        source.leave(call)
        if not started:
            return self._end(source, Status.SKIPPED, self._began, error="still queued at the deadline")
        error = f"no answer within {self.deadline.timeout:g} s"
        return self._end(source, Status.LATE, self._began, error=error)

    def _end(
        self,
        source: DirectorySource,
        status: Status,
        began: float | None = None,
        contacts: Contacts = (),
        error: str | None = None,
    ) -> Outcome:
        seconds = 0.0 if began is None else time.monotonic() - began
        outcome = Outcome(source.name, status, seconds, contacts, error)
        self.outcomes.append(outcome)
        return source.note(outcome, self.question, self.caller, self.deadline)


def ask_all(
    sources: Sequence[DirectorySource], question: Question, caller: Caller, deadline: Deadline
) -> list[Outcome]:
    """Ask every source; return one outcome per source, in their order, at the deadline at the latest."""
    return ask_each([(source, question) for source in sources], caller, deadline)


def ask_each(
    asked: Sequence[tuple[DirectorySource, Question]], caller: Caller, deadline: Deadline
) -> list[Outcome]:
    """Ask every source a question of its own, else like `ask_all`."""
    askings = [(_FanOut(question, caller, deadline), source) for source, question in asked]
    started = [asking.start(source) if source.waits else None for asking, source in askings]
    local = [
        asking.ask_inline(source) if step is None else step
        for (asking, source), step in zip(askings, started, strict=True)
    ]
    outcomes = [
        asking.collect(step) if isinstance(step, _Pending) else step
        for (asking, _), step in zip(askings, local, strict=True)
    ]
    log_outcomes(outcomes)
    return outcomes


def ask_as_completed(
    sources: Sequence[DirectorySource], question: Question, caller: Caller, deadline: Deadline
) -> Generator[tuple[int, Outcome] | None]:
    """Ask every source like `ask_all`; yield position and outcome of each as it comes, None from time to time.

    Whoever closes the iterator leaves behind what has not come.
    """
    asking = _FanOut(question, caller, deadline)
    pending: dict[int, _Pending] = {}
    try:
        here: list[tuple[int, DirectorySource]] = []
        for position, source in enumerate(sources):
            step = asking.start(source) if source.waits else None
            if isinstance(step, _Pending):
                pending[position] = step
            elif step is None:
                here.append((position, source))
            else:
                yield position, step
        for position, source in here:
            yield position, asking.ask_inline(source)
            yield from _arrived(asking, pending)
        while pending:
            wait_for = min(POLL_SECONDS, deadline.remaining())
            notify_blocking()
            wait([call.future for _, call in pending.values()], wait_for, FIRST_COMPLETED)
            yield from _arrived(asking, pending)
            yield None
    finally:
        _leave(pending, list(pending))
        log_outcomes(asking.outcomes)


def _arrived(asking: _FanOut, pending: dict[int, _Pending]) -> Iterator[tuple[int, Outcome]]:
    """Take out of `pending` what is done; at the deadline, all."""
    is_over = asking.deadline.is_expired
    for position in [p for p, (_, call) in pending.items() if is_over or call.future.done()]:
        yield position, asking.collect(pending.pop(position))


def ask_first(
    sources: Sequence[DirectorySource], question: Question, caller: Caller, deadline: Deadline, grace: float
) -> Outcome | None:
    """Ask who has a match; None when nobody has one in time.

    An exact match wins over one in another spelling, then the earliest source in their order. Once any source has
    matched, those that could still win get `grace` seconds more: the name is both stable and on time.
    """
    asking = _FanOut(question, caller, deadline)
    best, waiting = _ask_memory(asking, sources)
    pending: dict[int, _Pending] = {}
    for position in waiting:
        step = asking.start(sources[position])
        if isinstance(step, _Pending):
            pending[position] = step
    outcome = _first_match(asking, pending, best, grace)
    log_outcomes(asking.outcomes)
    return outcome


class _Match(NamedTuple):
    """A source's match; the least one wins."""

    is_respelled: bool
    position: int
    outcome: Outcome


def _better(best: _Match | None, position: int, outcome: Outcome) -> _Match | None:
    if not outcome.contacts:
        return best
    match = _Match(not outcome.contacts[0].exact, position, outcome)
    return match if best is None or match[:2] < best[:2] else best


def _can_win(position: int, best: _Match | None) -> bool:
    return best is None or best.is_respelled or position < best.position


def _ask_memory(asking: _FanOut, sources: Sequence[DirectorySource]) -> tuple[_Match | None, list[int]]:
    """Ask the sources in memory up to the first exact match; list the waiting ones that could still win."""
    waiting: list[int] = []
    best: _Match | None = None
    for position, source in enumerate(sources):
        if source.waits:
            waiting.append(position)
            continue
        best = _better(best, position, asking.ask_inline(source))
        if best is not None and not best.is_respelled:
            break
    return best, waiting


def _first_match(
    asking: _FanOut, pending: dict[int, _Pending], best: _Match | None, grace: float
) -> Outcome | None:
    deadline = asking.deadline
    has_grace = False
    while pending:
        if best is not None and not has_grace:
            deadline, has_grace = deadline.within(grace), True
        _wait_for_one(pending, deadline)
        for position in [p for p, (_, call) in pending.items() if call.future.done()]:
            best = _better(best, position, asking.collect(pending.pop(position)))
        _leave(pending, [position for position in pending if not _can_win(position, best)])
        if deadline.is_expired:
            break
    for late in pending.values():
        late.source.leave(late.call) if has_grace else asking.abandon(late)
    return best.outcome if best is not None else None


def _wait_for_one(pending: dict[int, _Pending], deadline: Deadline) -> None:
    notify_blocking()
    wait([call.future for _, call in pending.values()], deadline.remaining(), FIRST_COMPLETED)


def _leave(pending: dict[int, _Pending], positions: list[int]) -> None:
    for position in positions:
        source, call = pending.pop(position)
        source.leave(call)


def _status_of(error: BaseException) -> Status:
    return Status.REFUSED if isinstance(error, QuestionRefused) else Status.FAILED
