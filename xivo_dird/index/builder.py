"""Builds the file of a snapshot index from a stream of entries, in bounded memory.

Two threads share the work, which needs the GIL for less than half of the time. The calling thread reads the
entries, and writes them and their keys to a staging file. The other thread writes the full-text table to the index
file. At the end it copies the entries and sorts the keys, helped by threads of SQLite.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from xivo_dird.backend import Entry
from xivo_dird.index.format import SCHEMA, IndexShape
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.listed_entries import ListedEntries
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

    def __init__(self, shape: IndexShape, is_aborted: Callable[[], bool], limits: IndexLimits) -> None:
        """Create a builder.

        Args:
            shape: What is indexed, and how.
            is_aborted: Checked before each entry; when it returns True, the build ends.
            limits: The limits of the build.
        """
        self._shape = shape
        self._is_aborted = is_aborted
        self._limits = limits

    def build(self, path: Path, version: str, entries: Callable[[], Iterable[Entry]]) -> None:
        """Write the index of entries to the new file `path`.

        Args:
            path: The file to create.
            version: The version of the data that the entries show.
            entries: Lists all entries, in the directory's order. Unusable ones are left out and counted.

        Raises:
            SourceUnavailable: The build was aborted, or has reached a limit.
            sqlite3.Error: The file can't be written, for example because the disk is full.
            Exception: Whatever listing the entries raises.
        """
        started = time.monotonic()
        staging_path = Path(f"{path}-staging")
        listing = ListedEntries(entries, self._is_aborted, self._limits, (path, staging_path))
        with _open_database(path, SCHEMA) as index:
            count = self._write(listing, index, staging_path)
            report = listing.report(count)
            facts = (storable(version), count, time.time(), time.monotonic() - started)
            read = (report.rows, report.skipped, _storable(report.reason), _storable(report.incomplete))
            index.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", facts + read)

    def _write(self, listing: ListedEntries, index: sqlite3.Connection, staging_path: Path) -> int:
        """Write all entries, their grams and their keys; return the number of entries."""
        try:
            with IndexTables(index, listing.raise_if_aborted) as tables:
                with _open_database(staging_path, STAGING_SCHEMA) as staging_file:
                    staging = StagingTables(self._shape, staging_file)
                    _stage(listing, staging, tables)
                tables.finish(staging_path)
        finally:
            staging_path.unlink(missing_ok=True)
        return staging.count


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _stage(listing: ListedEntries, staging: StagingTables, tables: IndexTables) -> None:
    with closing(listing.read()) as entries:
        for entry in entries:
            searched = staging.add(entry)
            if searched is not None:
                tables.add_grams(staging.count, searched)
            if staging.is_batch_full:
                staging.write()
                listing.check_files()
    staging.write()


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
