"""Builds the file of a snapshot index from a stream of entries, in bounded memory.

Two threads share the work, which needs the GIL for less than half of the time. The calling thread reads the
entries, and writes them and their keys to a staging file. The other thread writes the full-text table to the index
file. At the end it copies the entries and sorts the keys, helped by threads of SQLite.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from xivo_dird.index.facts import IndexFacts, write_facts
from xivo_dird.index.format import SCHEMA, IndexShape
from xivo_dird.index.listed_entries import ListedEntries
from xivo_dird.index.new_file import new_database
from xivo_dird.index.tables import STAGING_SCHEMA, IndexTables, StagingTables


def staging_file(path: Path) -> Path:
    """Return the file beside an index in which its entries are while it is built."""
    return Path(f"{path}-staging")


class IndexBuilder:
    """Writes one index file. The file is usable only after `build` has returned."""

    def __init__(self, shape: IndexShape) -> None:
        """Create a builder of indexes of this shape."""
        self._shape = shape

    def build(self, path: Path, version: str, listing: ListedEntries) -> None:
        """Write the index of entries to the new file `path`, beside which it has its `staging_file`.

        Args:
            path: The file to create.
            version: The version of the data that the entries show.
            listing: All entries, in the directory's order. Unusable ones are left out and counted.

        Raises:
            SourceUnavailable: The build was aborted, or has reached a limit.
            sqlite3.Error: The file can't be written, for example because the disk is full.
            Exception: Whatever listing the entries raises.
        """
        started = time.monotonic()
        with new_database(path, SCHEMA) as index:
            count = self._write(listing, index, staging_file(path))
            report, seconds = listing.report(count), time.monotonic() - started
            write_facts(index, IndexFacts.of_report(version, count, seconds, report, listing.revision))

    def _write(self, listing: ListedEntries, index: sqlite3.Connection, staging_path: Path) -> int:
        """Write all entries, their grams and their keys; return the number of entries."""
        try:
            with IndexTables(index, listing.raise_if_aborted) as tables:
                with new_database(staging_path, STAGING_SCHEMA) as staging_file:
                    staging = StagingTables(self._shape, staging_file)
                    _stage(listing, staging, tables)
                tables.finish(staging_path)
        finally:
            staging_path.unlink(missing_ok=True)
        return staging.count


def _stage(listing: ListedEntries, staging: StagingTables, tables: IndexTables) -> None:
    with closing(listing.read()) as entries:
        for number, entry in entries:
            text = staging.add(number, entry)
            if text is not None:
                tables.add_grams(number, text)
            if staging.is_batch_full:
                staging.write()
                listing.check_files()
    staging.write()
