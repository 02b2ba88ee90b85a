"""A source at work: its directory, its format, and what keeps its troubles to itself."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple

from xivo_dird.caller import Caller
from xivo_dird.directory.breaker import Breaker, BreakerLimits
from xivo_dird.directory.bulkhead import Bulkhead, Call
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.opening import Opening
from xivo_dird.directory.outcome import Outcome, Record, SourceReport, Status, text_of
from xivo_dird.directory.question import Question
from xivo_dird.exceptions import QuestionRefused, SourceUnavailable
from xivo_dird.prometheus import Count

Contacts = tuple[Contact, ...]

_ANSWERED = (Status.OK, Status.REFUSED)


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """What one waiting source may use: threads, queued questions, failures."""

    workers: int
    queue: int
    breaker: BreakerLimits


class _Asked(NamedTuple):
    question: Question
    caller: Caller


class LiveSource:
    """One opened source, shared by threads."""

    def __init__(
        self, name: str, backend: str, opening: Opening, limits: SourceLimits, count: Count | None = None
    ) -> None:
        """`opening` makes the directory when it is first asked, `count` is told what became of each question."""
        self.name = name
        self._count = count
        self._opening = opening
        self._record = Record(name, backend)
        self._bulkhead: Bulkhead[Contacts] = Bulkhead(name, limits.workers, limits.queue)
        self._breaker = Breaker(limits.breaker, self._probe)
        self._longest_timeout = 0.0
        self._last_asked: _Asked | None = None
        self._last_answered: _Asked | None = None
        self._probes_answered = cycle((True, False))

    @property
    def waits(self) -> bool:
        """Whether an answer may need waiting now, so that a worker has to ask."""
        return self._opening.waits

    def warm(self) -> None:
        """Have the directory opened by a worker, so that the first lookup finds it ready."""
        if self._opening.opened is None:
            with suppress(SourceUnavailable):  # its workers hang: the next question will tell
                self._bulkhead.submit("warm", self._open)

    def answer(self, question: Question, caller: Caller, timeout: float) -> Contacts:
        """Ask in this thread. Raises whatever the backend raises, `SourceUnavailable` for a nonsense answer."""
        directory, contact_format, *_ = self._opening.get()
        contact = contact_format.contact
        return tuple([contact(_checked(entry)) for entry in question.ask(directory, caller, timeout)])

    def submit(self, question: Question, caller: Caller, timeout: float) -> Call[Contacts]:
        """Ask on a worker of this source. Raises `SourceUnavailable` when it would be pointless."""
        self._last_asked = _Asked(question, caller)
        self._longest_timeout = max(self._longest_timeout, timeout)
        if self._breaker.is_open:
            raise SourceUnavailable("skipped after repeated failures until it answers a probe")
        return self._submit(question, caller, timeout)

    def leave(self, call: Call[Contacts]) -> None:
        """Wait no longer for `call`."""
        self._bulkhead.leave(call)

    def note(self, outcome: Outcome, question: Question, caller: Caller, timeout: float) -> Outcome:
        """Keep what became of a question, and hand it on; failures are counted by the worker that has them.

        An answer that is too late for an asker in a hurry says nothing to those who wait longer.
        """
        self._record.add(outcome)
        if self._count is not None:
            self._count(outcome.status, outcome.seconds)
        if outcome.status is Status.OK:
            self._last_answered = _Asked(question, caller)
        if outcome.status in _ANSWERED:
            self._breaker.succeeded()
        elif outcome.status is Status.LATE and timeout >= self._longest_timeout and self.waits:
            self._breaker.failed()
        return outcome

    def report(self) -> SourceReport:
        """Tell what the source did lately."""
        opened = self._opening.opened
        snapshot = opened.state() if opened is not None else None
        return self._record.report(self._breaker.is_open, snapshot)

    def close(self) -> None:
        """Wake every asker, stop the probing, close the directory. A call that hangs is not waited for."""
        self._breaker.close()
        self._bulkhead.close()
        self._opening.close()

    def _open(self) -> Contacts:
        """Open the directory; nobody waits for it, so the reason why it can't be is noted here."""
        began = time.monotonic()
        try:
            self._opening.get()
        except Exception as error:  # noqa: BLE001 - plugin border: told in the log and in the status
            self._record.add(Outcome(self.name, Status.FAILED, time.monotonic() - began, (), text_of(error)))
        return ()

    def _submit(self, question: Question, caller: Caller, timeout: float) -> Call[Contacts]:
        return self._bulkhead.submit((question, caller), lambda: self._work(question, caller, timeout))

    def _work(self, question: Question, caller: Caller, timeout: float) -> Contacts:
        """Ask in a worker, and count a failure; one that came after every deadline was counted as late."""
        began = time.monotonic()
        try:
            return self.answer(question, caller, timeout)
        except QuestionRefused:
            raise
        except BaseException:
            if self.waits and time.monotonic() - began < self._longest_timeout:
                self._breaker.failed()
            raise

    def _probe(self) -> bool:
        """Ask a question outside any lookup's way; the source works if it answers in time, or refuses just that one."""
        asked = self._next_probe()
        if asked is None:
            return True
        began = time.monotonic()
        try:
            call = self._submit(*asked, self._longest_timeout)
        except SourceUnavailable:
            return False
        try:
            error = call.future.exception(self._longest_timeout)
        except TimeoutError:
            self._bulkhead.leave(call)
            return False
        if error is not None:
            return isinstance(error, QuestionRefused)
        self._record.add(Outcome(self.name, Status.OK, time.monotonic() - began))
        return True

    def _next_probe(self) -> _Asked | None:
        """Take by turns what was answered last and what was asked last, skipped or not: either may be at fault."""
        if next(self._probes_answered):
            return self._last_answered or self._last_asked
        return self._last_asked


def _checked(entry: object) -> Mapping[str, object]:
    if isinstance(entry, Mapping):
        return entry
    raise SourceUnavailable(f"the backend answered {type(entry).__name__} where an entry is a mapping")
