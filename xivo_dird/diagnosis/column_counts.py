"""Counts the columns of sources in the running daemon, as far as that is quick."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from xivo_dird.blocking import WaitsFor, waiting_for
from xivo_dird.caller import Caller
from xivo_dird.diagnosis.inquirer import Columns
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.exceptions import SourceUnavailable, TooBusy
from xivo_dird.sources.model import Source
from xivo_dird.threads.bulkhead import Bulkhead, Call
from xivo_dird.threads.deadline import Deadline

MAX_COUNTED_ENTRIES = 20_000
"""Maximum number of entries of a source whose columns are counted: it takes about 10 µs per entry."""

MAX_COUNT_SECONDS = 0.25
"""Seconds that all sources of a question have together."""

MAX_COUNTS_AT_ONCE = 2
MAX_QUEUED_COUNTS = 64


class CountableSource(Protocol):
    """An open source, whose columns may be counted."""

    def report(self) -> SourceReport:
        """Return the recent state of the source."""

    def columns(self, caller: Caller, deadline: Deadline) -> Columns:
        """Return the columns of its entries; None if it has no index to count in."""


class ColumnCounts:
    """Counts the columns of sources that have all entries in an index; on threads of its own, since one may hang."""

    def __init__(self, open_source: Callable[[Source], CountableSource]) -> None:
        """Initialize with the function that returns the open instance of a source; no thread is started yet."""
        self._open_source = open_source
        self._bulkhead: Bulkhead[Columns] = Bulkhead("count columns", MAX_COUNTS_AT_ONCE, MAX_QUEUED_COUNTS)

    def count(self, caller: Caller, sources: Sequence[Source]) -> list[Columns]:
        """Return the columns of each source for a caller; None if they can't be counted in time."""
        deadline = Deadline.after(MAX_COUNT_SECONDS)
        calls = [self._start(source, caller, deadline) for source in sources]
        return [None if call is None else self._result(call, deadline) for call in calls]

    def close(self) -> None:
        """End all counts, without waiting for one that hangs."""
        self._bulkhead.close()

    def _start(self, source: Source, caller: Caller, deadline: Deadline) -> Call[Columns] | None:
        opened = self._open_source(source)
        snapshot = opened.report().snapshot
        if snapshot is None or not 0 < snapshot.entries <= MAX_COUNTED_ENTRIES:
            return None
        with suppress(SourceUnavailable):  # too many counts hang or wait
            return self._bulkhead.submit((opened, caller), lambda: opened.columns(caller, deadline))
        return None

    def _result(self, call: Call[Columns], deadline: Deadline) -> Columns:
        try:
            with waiting_for(WaitsFor.SOURCES):
                error = call.future.exception(deadline.remaining())
        except (TimeoutError, TooBusy):
            call.release()
            return None
        return None if error is not None else call.future.result()
