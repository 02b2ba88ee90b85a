"""Entries of a directory with a report of what was read, for directories of which rows may be left out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What was read from a directory.

    Attributes:
        rows: The number of rows that were read, including those that were left out.
        skipped: The number of rows that were left out.
        reason: Why rows were left out and where the first one is, for the administrator; None if there are none.
        incomplete: Why the directory has listed only a part of its rows, such as a size limit of its server, for the
            administrator; None if it has listed all.
    """

    rows: int
    skipped: int = 0
    reason: str | None = None
    incomplete: str | None = None


class ReportedEntries(Iterator[Mapping[str, object]]):
    """The entries of a directory with a report; to be returned by `SnapshotBackend.entries` if rows may be left out."""

    def __init__(self, entries: Iterable[Mapping[str, object]], report: Callable[[], ReadReport]) -> None:
        """Store the entries.

        Args:
            entries: The entries, iterated once.
            report: Called after the last entry.
        """
        self._entries = iter(entries)
        self.report = report

    def __iter__(self) -> Iterator[Mapping[str, object]]:
        """Return the iterator of the entries, which is faster than this object."""
        return self._entries

    def __next__(self) -> Mapping[str, object]:
        """Return the next entry."""
        return next(self._entries)
