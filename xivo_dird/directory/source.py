"""An open source: its backend and format, its bulkhead and breaker, and its record."""

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple

from xivo_dird.caller import Caller
from xivo_dird.directory.answer import NO_CONTACTS, Answer, ask_backend
from xivo_dird.directory.contact_lists import ContactLists
from xivo_dird.directory.opening import OpenedSource
from xivo_dird.directory.outcome import Outcome, SourceRecord, SourceReport, Status
from xivo_dird.directory.question import ListQuestion, Question, probe_of
from xivo_dird.exceptions import PluginBoundary, QuestionRefused, SourceUnavailable, describe_error
from xivo_dird.prometheus import OutcomeCounter
from xivo_dird.threads.breaker import Breaker, BreakerLimits
from xivo_dird.threads.bulkhead import Bulkhead, Call
from xivo_dird.threads.deadline import Deadline

_ANSWERED = (Status.OK, Status.REFUSED)

_WARMING = "warm"
"""The key of the call that opens a source before its first question."""


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """The limits of one blocking source: its threads, its queued questions, and the limits of its breaker."""

    workers: int
    queue: int
    breaker: BreakerLimits


class _CallerQuestion(NamedTuple):
    question: Question
    caller: Caller


class DirectorySource:
    """One source of the process, shared by threads.

    The first question opens it, on a worker, since opening may hang or fail. While opening fails, each question tries
    again.
    """

    def __init__(
        self,
        name: str,
        backend: str,
        open_: Callable[[], OpenedSource],
        limits: SourceLimits,
        count: OutcomeCounter | None = None,
    ) -> None:
        """Create a source that is not open yet.

        Args:
            name: The name of the source.
            backend: The name of its backend.
            open_: Opens the source; it may block and may raise.
            limits: The limits of the source while it is blocking.
            count: Called with the outcome of each question.
        """
        self.name = name
        self._count = count
        self._open = open_
        self._open_lock = threading.Lock()
        self._close_lock = threading.Lock()
        self._opened: OpenedSource | None = None
        self._retired = False
        self._closed = False
        self._backend_closed = False
        self._record = SourceRecord(name, backend)
        self._bulkhead: Bulkhead[Answer] = Bulkhead(f"source {name}", limits.workers, limits.queue)
        self._list_bulkhead: Bulkhead[Answer] = Bulkhead(f"order of {name}", limits.workers, limits.queue)
        self._breaker = Breaker(limits.breaker, self._probe)
        self.contact_lists = ContactLists(name, lambda: self._get_opened().instance)
        self._max_timeout = 0.0
        self._last_asked: _CallerQuestion | None = None
        self._last_answered: _CallerQuestion | None = None
        self._probes_answered = cycle((True, False))

    @property
    def is_blocking(self) -> bool:
        """Return True if an answer may block at present, so that a worker is needed; also while it is not open."""
        return self._opened is None or self._opened.backend.is_blocking

    def may_block(self, question: Question) -> bool:
        """Return True if the answer to a question may block at present."""
        return self.is_blocking or isinstance(question, ListQuestion)

    @property
    def _can_fail(self) -> bool:
        """Return True if a failure of a question may open the breaker: it blocks, and does so for all callers."""
        return self._opened is None or (
            self._opened.backend.is_blocking and self._opened.backend.fails_for_all
        )

    def warm(self) -> None:
        """Start opening the source on a worker, so that it is ready before the first lookup."""
        if self._opened is None:
            with suppress(SourceUnavailable):  # the next question fails with the same error
                self._bulkhead.submit(_WARMING, self._open_and_record_failure)

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Answer:
        """Return the contacts that answer a question, queried in this thread.

        Raises:
            DeadlinePassed: The deadline has passed.
            Exception: Whatever the backend raises; `SourceUnavailable` for an error that would end the thread.
        """
        backend, contact_format, _ = self._opened or self._get_opened()
        with PluginBoundary("the backend"):
            return ask_backend(backend, contact_format, question, caller, deadline)

    def submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Answer]:
        """Query the backend on a worker of this source; a list without a term has other workers than lookups.

        Raises:
            SourceUnavailable: The source is skipped: its breaker is open, or its bulkhead has no capacity.
        """
        if not isinstance(question, ListQuestion):
            self._last_asked = _CallerQuestion(probe_of(question), caller)
            self._max_timeout = max(self._max_timeout, deadline.timeout)
        if self._breaker.is_open:
            raise SourceUnavailable("skipped after repeated failures until it answers a probe")
        return self._submit(question, caller, deadline)

    def release(self, call: Call[Answer]) -> None:
        """Stop waiting for `call`."""
        self._bulkhead_of(call.key).release(call)

    def record(self, outcome: Outcome, question: Question, caller: Caller, deadline: Deadline) -> Outcome:
        """Record the outcome of a question, and return it.

        Failures are not counted for the breaker here: the worker counts them. A late answer is counted only if the
        timeout was the longest one until now: a caller with a short timeout must not open the breaker for the others.
        What becomes of a list without a term says nothing about lookups; one that is refused, or late since entries
        are being sorted, is no news of the source at all.
        """
        if isinstance(question, ListQuestion):
            if outcome.status not in (Status.REFUSED, Status.LATE):
                self._count_outcome(outcome)
            return outcome
        self._count_outcome(outcome)
        if outcome.status is Status.OK:
            self._last_answered = _CallerQuestion(probe_of(question), caller)
        if outcome.status in _ANSWERED:
            self._breaker.record_success()
        elif outcome.status is Status.LATE and deadline.timeout >= self._max_timeout and self._can_fail:
            self._breaker.record_failure()
        return outcome

    def _count_outcome(self, outcome: Outcome) -> None:
        self._record.count(outcome)
        if self._count is not None:
            self._count(outcome.status, outcome.seconds)

    def report(self) -> SourceReport:
        """Return the recent state of the source."""
        snapshot = self._opened.backend.state() if self._opened is not None else None
        return self._record.report(self._breaker.is_open, snapshot)

    def columns(self, caller: Caller, deadline: Deadline) -> Mapping[str, int] | None:
        """Return the number of entries with a value in each column; None if the source has no index to count in.

        Raises:
            Exception: The source can't be opened, or its index can't be read.
        """
        return self._get_opened().backend.columns(caller, deadline)

    @property
    def is_busy(self) -> bool:
        """Return True while a call or background work runs, hangs or waits, apart from calls in memory."""
        callers = (self._bulkhead, self._list_bulkhead, self.contact_lists)
        is_called = any(one.is_busy for one in callers)
        return is_called or (self._opened is not None and self._opened.backend.is_busy)

    @property
    def _is_asked(self) -> bool:
        """Return True while somebody waits for an answer of a worker."""
        return any(one.has_call_besides(_WARMING) for one in (self._bulkhead, self._list_bulkhead))

    @property
    def still_answers(self) -> bool:
        """Return True if a question to it is answered although it is retired; it may open the source."""
        if self._opened is None:
            return not self._bulkhead.is_busy
        return self._opened.backend.answers_retired

    def retire(self) -> None:
        """End all threads that serve no question: the source was replaced. It still answers, and is closed soon.

        Questions that wait, perhaps for the first data, are answered.
        """
        self._retired = True
        self._breaker.stop()
        self._bulkhead.end_idle()
        self._list_bulkhead.end_idle()
        self.contact_lists.end_idle()
        if self._opened is not None and not self._is_asked:
            self._opened.backend.retire()

    def stop(self) -> None:
        """End all waiting calls and stop the probes, without waiting for a call that hangs."""
        self.retire()
        self._closed = True
        self._bulkhead.close()
        self._list_bulkhead.close()
        self.contact_lists.close()
        if self._count is not None:
            self._count.close()

    def close(self) -> None:
        """Stop, then close the backend, which may hang.

        If the source is being opened, the opened backend is closed by the thread that opens it.

        Raises:
            Exception: Whatever the backend raises.
        """
        self.stop()
        if self._opened is not None:
            self._close_backend(self._opened)

    def _close_backend(self, opened: OpenedSource) -> None:
        """Close the backend unless it has been closed."""
        with self._close_lock:
            if self._backend_closed:
                return
            self._backend_closed = True
        with PluginBoundary("closing the backend"):
            opened.backend.close()

    def _get_opened(self) -> OpenedSource:
        with self._open_lock:
            if self._opened is None:
                self._opened = self._open()
            if self._closed:
                self._close_backend(self._opened)
                raise SourceUnavailable("the source is being closed")
            if self._retired and not self._is_asked:
                self._opened.backend.retire()
            return self._opened

    def _open_and_record_failure(self) -> Answer:
        """Open the source; record a failure here, since no caller waits for the result."""
        started_at = time.monotonic()
        try:
            self._get_opened()
        except Exception as error:  # noqa: BLE001 - plugin boundary: shown in the log and in the status
            seconds = time.monotonic() - started_at
            self._record.update(Outcome(self.name, Status.FAILED, seconds, (), describe_error(error)))
        return NO_CONTACTS

    def _submit(self, question: Question, caller: Caller, deadline: Deadline) -> Call[Answer]:
        key = _CallerQuestion(question, caller)
        return self._bulkhead_of(key).submit(
            key, lambda: self._answer_and_count_failure(question, caller, deadline)
        )

    def _bulkhead_of(self, key: Hashable) -> Bulkhead[Answer]:
        """Return the workers for the call with this key."""
        is_list = isinstance(key, _CallerQuestion) and isinstance(key.question, ListQuestion)
        return self._list_bulkhead if is_list else self._bulkhead

    def _answer_and_count_failure(self, question: Question, caller: Caller, deadline: Deadline) -> Answer:
        """Query the backend and count a failure, unless it came after all deadlines, when it was counted as late."""
        started_at = time.monotonic()
        try:
            return self.answer(question, caller, deadline)
        except QuestionRefused:
            raise
        except BaseException:
            is_in_time = time.monotonic() - started_at < self._max_timeout
            if is_in_time and self._can_fail and not isinstance(question, ListQuestion):
                self._breaker.record_failure()
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
            self._bulkhead.release(call)
            return False
        if error is not None:
            return isinstance(error, QuestionRefused)
        self._record.update(Outcome(self.name, Status.OK, time.monotonic() - started_at))
        return True

    def _next_probe(self) -> _CallerQuestion | None:
        """Return alternately the last answered and the last asked question.

        One of them alone may be the cause of failures.
        """
        if next(self._probes_answered):
            return self._last_answered or self._last_asked
        return self._last_asked
