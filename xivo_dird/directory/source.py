"""A source at work: what it asks, its format, and what keeps its troubles to itself."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple

from xivo_dird.caller import Caller
from xivo_dird.directory.breaker import Breaker, BreakerLimits
from xivo_dird.directory.bulkhead import Bulkhead, Call
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.opening import OpenedSource
from xivo_dird.directory.outcome import Outcome, Record, SourceReport, Status, text_of
from xivo_dird.directory.question import Question
from xivo_dird.exceptions import QuestionRefused, SourceUnavailable
from xivo_dird.prometheus import Count
from xivo_dird.threads.deadline import Deadline

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


class DirectorySource:
    """One source of the process, shared by threads.

    Its backend is made by the first question, in the worker that asks, so it may hang or fail; again at each question
    until that succeeds.
    """

    def __init__(
        self,
        name: str,
        backend: str,
        open_: Callable[[], OpenedSource],
        limits: SourceLimits,
        count: Count | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            name: The name of the source.
            backend: The name of its backend.
            open_: Makes what the source asks; it may wait and may raise.
            limits: What the source may use while it waits.
            count: Called with what became of each question.
        """
        self.name = name
        self._count = count
        self._open = open_
        self._opening = threading.Lock()
        self._opened: OpenedSource | None = None
        self._closed = False
        self._record = Record(name, backend)
        self._bulkhead: Bulkhead[Contacts] = Bulkhead(name, limits.workers, limits.queue)
        self._breaker = Breaker(limits.breaker, self._probe)
        self._max_timeout = 0.0
        self._last_asked: _Asked | None = None
        self._last_answered: _Asked | None = None
        self._probes_answered = cycle((True, False))

    @property
    def waits(self) -> bool:
        """Whether an answer may need waiting now, so that a worker has to ask; True while it is not open yet."""
        return self._opened is None or self._opened.backend.waits

    def warm(self) -> None:
        """Have the source opened by a worker, so that the first lookup finds it ready."""
        if self._opened is None:
            with suppress(SourceUnavailable):  # its workers hang: the next question will tell
                self._bulkhead.submit("warm", self._open_early)

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Contacts:
        """Ask in this thread.

        Raises whatever the backend raises, `SourceUnavailable` for an answer that is no list of entries.
        """
        backend, contact_format = self._opened or self._get_opened()
        contact = contact_format.contact
        return tuple([contact(_checked(entry)) for entry in backend.answer(question, caller, deadline)])

    def submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Contacts]:
        """Ask on a worker of this source. Raises `SourceUnavailable` when it would be pointless."""
        self._last_asked = _Asked(question, caller)
        self._max_timeout = max(self._max_timeout, deadline.timeout)
        if self._breaker.is_open:
            raise SourceUnavailable("skipped after repeated failures until it answers a probe")
        return self._submit(question, caller, deadline)

    def leave(self, call: Call[Contacts]) -> None:
        """Wait no longer for `call`."""
        self._bulkhead.leave(call)

    def note(self, outcome: Outcome, question: Question, caller: Caller, deadline: Deadline) -> Outcome:
        """Keep what became of a question, and return it; failures are counted by the worker that has them.

        An answer that is too late for an asker with a short timeout says nothing to those who wait longer.
        """
        self._record.add(outcome)
        if self._count is not None:
            self._count(outcome.status, outcome.seconds)
        if outcome.status is Status.OK:
            self._last_answered = _Asked(question, caller)
        if outcome.status in _ANSWERED:
            self._breaker.succeeded()
        elif outcome.status is Status.LATE and deadline.timeout >= self._max_timeout and self.waits:
            self._breaker.failed()
        return outcome

    def report(self) -> SourceReport:
        """Return what the source did lately."""
        snapshot = self._opened.backend.state() if self._opened is not None else None
        return self._record.report(self._breaker.is_open, snapshot)

    def close(self) -> None:
        """Wake every asker, stop the probing, close the backend. A call that hangs is not waited for.

        Neither is an opening that hangs: it closes what it opened when it ends.
        """
        self._breaker.close()
        self._bulkhead.close()
        self._closed = True
        if self._opened is not None:
            self._opened.backend.close()

    def _get_opened(self) -> OpenedSource:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            if self._closed:
                self._opened.backend.close()
                raise SourceUnavailable("the source is being closed")
            return self._opened

    def _open_early(self) -> Contacts:
        """Open the source; nobody waits for it, so the reason why it can't be is noted here."""
        began = time.monotonic()
        try:
            self._get_opened()
        except Exception as error:  # noqa: BLE001 - plugin border: told in the log and in the status
            self._record.add(Outcome(self.name, Status.FAILED, time.monotonic() - began, (), text_of(error)))
        return ()

    def _submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Contacts]:
        return self._bulkhead.submit((question, caller), lambda: self._work(question, caller, deadline))

    def _work(self, question: Question, caller: Caller, deadline: Deadline) -> Contacts:
        """Ask in a worker, and count a failure; one that came after every deadline was counted as late."""
        began = time.monotonic()
        try:
            return self.answer(question, caller, deadline)
        except QuestionRefused:
            raise
        except BaseException:
            if self.waits and time.monotonic() - began < self._max_timeout:
                self._breaker.failed()
            raise

    def _probe(self) -> bool:
        """Ask a question outside any lookup's way; the source works if it answers in time, or refuses just that one."""
        asked = self._next_probe()
        if asked is None:
            return True
        began = time.monotonic()
        deadline = Deadline.after(self._max_timeout)
        try:
            call = self._submit(*asked, deadline)
        except SourceUnavailable:
            return False
        try:
            error = call.future.exception(deadline.remaining())
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
