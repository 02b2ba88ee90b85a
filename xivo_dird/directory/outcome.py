"""The outcome of a question to one source, and the recent state of a source for the status page and the log."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.index.state import SnapshotState
from xivo_dird.log_limit import LogLimit
from xivo_dird.prometheus import OutcomeCounter
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline

logger = logging.getLogger(__name__)

MAX_LOGGED_CHANGES = 10
"""Maximum number of changes of a source's status that are logged in a minute: callers may differ in theirs."""


class Status(StrEnum):
    """How a question to one source ended."""

    OK = "ok"
    LATE = "late"
    FAILED = "failed"
    REFUSED = "refused"
    SKIPPED = "skipped"


class Outcome(NamedTuple):
    """The outcome of one question to one source.

    Attributes:
        source: The name of the source.
        status: How the question ended.
        seconds: How long the caller waited for it.
        contacts: The contacts that the source found.
        error: Why the source has not answered, None if it has.
        is_cut: Whether contacts may be missing: the source found more than the maximum of the question, or had no time
            for some of its numbers.
        groups: The answer to `CountGroups`.
    """

    source: str
    status: Status
    seconds: float
    contacts: tuple[Contact, ...] = ()
    error: str | None = None
    is_cut: bool = False
    groups: GroupCounts | None = None


def too_late(outcome: Outcome, deadline: Deadline) -> Outcome:
    """Return the outcome of a source whose contacts are too many to be handled in time, so they are left out."""
    error = f"{len(outcome.contacts)} contacts are too many to be sorted within {deadline.timeout:g} s"
    return outcome._replace(status=Status.LATE, contacts=(), error=error, is_cut=False)


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The recent state of a source.

    Attributes:
        name: The name of the source.
        backend: The name of its backend.
        status: The status of the last outcome, or `unused`. A skipped question does not replace a failure before it.
        answered_at: When the source last answered, in epoch seconds.
        failed_at: When it last had another outcome than `ok`, in epoch seconds.
        seconds: Seconds that the caller waited for the outcome with this status.
        counts: The number of questions of callers by status since the source was opened; attempts of the daemon
            itself to open or to probe the source are not counted.
        breaker: `open` or `closed`.
        snapshot: The state of the index; None for a source without one.
        error: The error of the last outcome other than `ok`, if the source has not answered since.
    """

    name: str
    backend: str
    status: str
    answered_at: float | None
    failed_at: float | None
    seconds: float | None
    counts: dict[str, int]
    breaker: str
    snapshot: SnapshotState | None
    error: str | None = None


class SourceRecord:
    """The outcomes of one source. Only some changes of the status are logged, so that no source can flood the log.

    Attributes:
        name: The name of the source.
    """

    def __init__(
        self,
        name: str,
        backend: str,
        clock: Callable[[], float] = time.monotonic,
        counter: OutcomeCounter | None = None,
    ) -> None:
        """Create a record without outcomes.

        Args:
            name: The name of the source.
            backend: The name of its backend.
            clock: Returns the time in seconds, to limit the lines of the log.
            counter: Called with the outcome of each question of a caller.
        """
        self.name = name
        self._backend = backend
        self._counter = counter
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._status = "unused"
        self._error: str | None = None
        self._answered_at: float | None = None
        self._failed_at: float | None = None
        self._seconds: float | None = None
        self._log_limit = LogLimit(MAX_LOGGED_CHANGES, clock=clock)

    def count(self, outcome: Outcome) -> None:
        """Record the outcome of a question of a caller."""
        with self._lock:
            self._counts[outcome.status] += 1
        self.update(outcome)
        if self._counter is not None:
            self._counter(outcome.status, outcome.seconds)

    def update(self, outcome: Outcome) -> None:
        """Record the state of the source; a skipped question does not replace the error of the failure before it."""
        with self._lock:
            previous = self._status
            if outcome.status is Status.SKIPPED and self._error is not None:
                return
            self._status = outcome.status
            self._seconds = outcome.seconds
            self._error = outcome.error
            if outcome.status is Status.OK:
                self._answered_at = time.time()
            else:
                self._failed_at = time.time()
        if previous != outcome.status and self._log_limit.may_log():
            self._log_change(previous, outcome)

    def report(self, breaker_is_open: bool, snapshot: SnapshotState | None) -> SourceReport:
        """Return the recent state of the source."""
        with self._lock:
            return SourceReport(
                name=self.name,
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

    def close(self) -> None:
        """Close the counter."""
        if self._counter is not None:
            self._counter.close()

    def _log_change(self, previous: str, outcome: Outcome) -> None:
        if outcome.status is not Status.OK:
            logger.warning("source %r (%s) %s: %s", self.name, self._backend, outcome.status, outcome.error)
        elif previous != "unused":
            logger.info("source %r (%s) answers again", self.name, self._backend)


def log_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Log the outcome of each source in one debug line, without the question and the contacts (personal data)."""
    if logger.isEnabledFor(logging.DEBUG):
        parts = [f"{o.source} {o.status} {o.seconds:.4f} s {len(o.contacts)}" for o in outcomes]
        logger.debug("Asked %d sources: %s", len(outcomes), ", ".join(parts) or "none")
