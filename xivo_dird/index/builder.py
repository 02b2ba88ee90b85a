"""Builds the file of a snapshot index from a stream of entries, in bounded memory.

Two threads share the work, which needs the GIL for less than half of the time. The calling thread reads the
entries, and writes them and their keys to a staging file. The other thread writes the full-text table to the index
file. At the end it copies the entries and sorts the keys, helped by threads of SQLite.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xivo_dird.backend import Entry, ReadReport, ReportedEntries, SourceUnavailable
from xivo_dird.index.format import SCHEMA, IndexShape
from xivo_dird.index.tables import STAGING_SCHEMA, IndexTables, StagingTables
from xivo_dird.text.folding import storable

_PRAGMAS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -16000",
    "PRAGMA threads = 2",
)


class IndexBuilder:
    """Writes one index file. The file is usable only after `build` has returned."""

    def __init__(self, shape: IndexShape, should_continue: Callable[[], bool]) -> None:
        """Create a builder.

        Args:
            shape: What is indexed, and how.
            should_continue: Checked between batches; when it returns False, the build is aborted.
        """
        self._shape = shape
        self._should_continue = should_continue

    def build(self, path: Path, version: str, entries: Iterable[Entry]) -> None:
        """Write the index of `entries` to the new file `path`.

        Args:
            path: The file to create.
            version: The version of the data that `entries` shows.
            entries: All entries, in the directory's order.

        Raises:
            SourceUnavailable: The build was aborted.
            sqlite3.Error: The file can't be written, for example because the disk is full.
            Exception: Whatever iterating over `entries` raises.
        """
        started = time.monotonic()
        with _open_database(path, SCHEMA) as index:
            count = self._write(entries, index, path)
            report = _report(entries, count)
            reason = None if report.reason is None else storable(report.reason)
            facts = (storable(version), count, time.time(), time.monotonic() - started)
            read = (report.rows, report.skipped, reason)
            index.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", facts + read)

    def _write(self, entries: Iterable[Entry], index: sqlite3.Connection, path: Path) -> int:
        """Write all entries, their grams and their keys; return the number of entries."""
        staging_path = Path(f"{path}-staging")
        try:
            with IndexTables(index, self._raise_if_aborted) as tables:
                with _open_database(staging_path, STAGING_SCHEMA) as staging_file:
                    staging = StagingTables(self._shape, staging_file)
                    self._stage(entries, staging, tables)
                tables.finish(staging_path)
        finally:
            staging_path.unlink(missing_ok=True)
        return staging.count

    def _stage(self, entries: Iterable[Entry], staging: StagingTables, tables: IndexTables) -> None:
        for entry in entries:
            searched = staging.add(entry)
            if searched is not None:
                tables.add_grams(staging.count, searched)
            if staging.is_batch_full:
                self._raise_if_aborted()
                staging.write()
        staging.write()

    def _raise_if_aborted(self) -> None:
        if not self._should_continue():
            raise SourceUnavailable("the source is being closed")


def _report(entries: Iterable[Entry], count: int) -> ReadReport:
    """Return the report of a directory after its last entry; without one, every row is an entry."""
    return entries.report() if isinstance(entries, ReportedEntries) else ReadReport(count)


@contextmanager
def _open_database(path: Path, schema: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """Open a new database in a transaction that is committed at the end; used by one thread at a time."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for statement in (*_PRAGMAS, *schema, "BEGIN"):
            connection.execute(statement)
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()
