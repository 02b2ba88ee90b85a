"""An open source: its backend and format, its calls, and its record."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from xivo_dird.caller import Caller
from xivo_dird.directory.answer import NO_CONTACTS, Answer, ask_backend
from xivo_dird.directory.contact_lists import ContactLists
from xivo_dird.directory.opening import OpenedSource
from xivo_dird.directory.outcome import Outcome, SourceRecord, SourceReport, Status
from xivo_dird.directory.question import ListQuestion, Question
from xivo_dird.directory.source_calls import ListCalls, LookupCalls, SourceCalls, SourceLimits
from xivo_dird.exceptions import PluginBoundary, SourceUnavailable, describe_error
from xivo_dird.prometheus import OutcomeCounter
from xivo_dird.threads.bulkhead import Call
from xivo_dird.threads.deadline import Deadline

_WARMING = "warm"
"""The key of the call that opens a source before its first question."""


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
        self._open = open_
        self._open_lock = threading.Lock()
        self._close_lock = threading.Lock()
        self._opened: OpenedSource | None = None
        self._retired = False
        self._closed = False
        self._backend_closed = False
        self._record = SourceRecord(name, backend, counter=count)
        self._lookups = LookupCalls(name, limits, self.answer, self._record, lambda: self._can_fail)
        self._lists = ListCalls(name, limits, self.answer, self._record, self._lookups.breaker)
        self.contact_lists = ContactLists(name, lambda: self._get_opened().instance)

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
                self._lookups.bulkhead.submit(_WARMING, self._open_and_record_failure)

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
        return self._calls_of(question).submit(question, caller, deadline)

    def record(self, outcome: Outcome, question: Question, caller: Caller, deadline: Deadline) -> Outcome:
        """Record the outcome of a question, and return it."""
        self._calls_of(question).record(outcome, question, caller, deadline)
        return outcome

    def _calls_of(self, question: Question) -> SourceCalls:
        return self._lists if isinstance(question, ListQuestion) else self._lookups

    def report(self) -> SourceReport:
        """Return the recent state of the source."""
        snapshot = self._opened.backend.state() if self._opened is not None else None
        return self._record.report(self._lookups.breaker.is_open, snapshot)

    def columns(self, caller: Caller, deadline: Deadline) -> Mapping[str, int] | None:
        """Return the number of entries with a value in each column; None if the source has no index to count in.

        Raises:
            Exception: The source can't be opened, or its index can't be read.
        """
        return self._get_opened().backend.columns(caller, deadline)

    @property
    def is_busy(self) -> bool:
        """Return True while a call or background work runs, hangs or waits, apart from calls in memory."""
        is_called = self._lookups.bulkhead.is_busy or self._lists.bulkhead.is_busy
        return (
            is_called
            or self.contact_lists.is_busy
            or (self._opened is not None and self._opened.backend.is_busy)
        )

    @property
    def _is_asked(self) -> bool:
        """Return True while somebody waits for an answer of a worker."""
        bulkheads = (self._lookups.bulkhead, self._lists.bulkhead)
        return any(bulkhead.has_call_besides(_WARMING) for bulkhead in bulkheads)

    @property
    def still_answers(self) -> bool:
        """Return True if a question to it is answered although it is retired; it may open the source."""
        if self._opened is None:
            return not self._lookups.bulkhead.is_busy
        return self._opened.backend.answers_retired

    def retire(self) -> None:
        """End all threads that serve no question: the source was replaced. It still answers, and is closed soon.

        Questions that wait, perhaps for the first data, are answered.
        """
        self._retired = True
        self._lookups.breaker.stop()
        self._lookups.bulkhead.end_idle()
        self._lists.bulkhead.end_idle()
        self.contact_lists.end_idle()
        if self._opened is not None and not self._is_asked:
            self._opened.backend.retire()

    def stop(self) -> None:
        """End all waiting calls and stop the probes, without waiting for a call that hangs."""
        self.retire()
        self._closed = True
        self._lookups.bulkhead.close()
        self._lists.bulkhead.close()
        self.contact_lists.close()
        self._record.close()

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
