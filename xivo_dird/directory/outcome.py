"""What a source did with a question, and what it did lately: the answer to "why is there no name?"."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.index.snapshot import SnapshotState

logger = logging.getLogger(__name__)


class Status(StrEnum):
    """How a question to one source ended."""

    OK = "ok"
    LATE = "late"
    FAILED = "failed"
    REFUSED = "refused"
    SKIPPED = "skipped"


class Outcome(NamedTuple):
    """One source's part in one lookup; `seconds` is how long its asker waited for it."""

    source: str
    status: Status
    seconds: float = 0.0
    contacts: tuple[Contact, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What a source did lately. Times are epoch seconds, `counts` lookups per status since it was opened.

    `snapshot` is what its index holds, None for a source without one.
    """

    name: str
    backend: str
    status: str
    error: str | None
    answered_at: float | None
    failed_at: float | None
    seconds: float | None
    counts: dict[str, int]
    breaker: str
    snapshot: SnapshotState | None


class Record:
    """Keeps the outcomes of one source and logs when its state changes, so that a dead one does not flood."""

    def __init__(self, name: str, backend: str) -> None:
        """Nothing has happened yet."""
        self._name = name
        self._backend = backend
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._status = "unused"
        self._error: str | None = None
        self._answered_at: float | None = None
        self._failed_at: float | None = None
        self._seconds: float | None = None

    def add(self, outcome: Outcome) -> None:
        """Note one outcome; a skip leaves the reason of the earlier failure in place."""
        with self._lock:
            self._counts[outcome.status] += 1
            before = self._status
            if outcome.status is Status.SKIPPED and self._error is not None:
                return
            self._status = outcome.status
            self._seconds = outcome.seconds
            self._error = outcome.error
            if outcome.status is Status.OK:
                self._answered_at = time.time()
            else:
                self._failed_at = time.time()
        if before != outcome.status:
            self._log_change(before, outcome)

    def report(self, breaker_is_open: bool, snapshot: SnapshotState | None) -> SourceReport:
        """Show what is known now."""
        with self._lock:
            return SourceReport(
                name=self._name,
                backend=self._backend,
                status=self._status,
                error=self._error,
                answered_at=self._answered_at,
                failed_at=self._failed_at,
                seconds=self._seconds,
                counts=dict(self._counts),
                breaker="open" if breaker_is_open else "closed",
                snapshot=snapshot,
            )

    def _log_change(self, before: str, now: Outcome) -> None:
        if now.status is not Status.OK:
            logger.warning("source %r (%s) %s: %s", self._name, self._backend, now.status, now.error)
        elif before != "unused":
            logger.info("source %r (%s) answers again", self._name, self._backend)


def log_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Log at debug, in one line, what each source did; neither what was asked nor who was found."""
    if logger.isEnabledFor(logging.DEBUG):
        each = [f"{one.source} {one.status} {one.seconds:.4f} s {len(one.contacts)}" for one in outcomes]
        logger.debug("Asked %d sources: %s", len(outcomes), ", ".join(each) or "none")


def text_of(error: BaseException) -> str:
    """Say what went wrong in words for the administrator."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
