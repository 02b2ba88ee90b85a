"""Builds the file of a snapshot index from a stream of entries, in bounded memory.

Two threads share the work, which needs the GIL for less than half of the time. The calling thread reads the
entries, and writes them and their keys to a staging file. The other thread writes their grams to a full-text table in
another staging file. At the end SQLite sorts the grams and the keys while they are copied to the index file.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from xivo_dird.index.facts import IndexFacts, write_facts
from xivo_dird.index.format import SCHEMA, IndexShape
from xivo_dird.index.listed_entries import ListedEntries
from xivo_dird.index.new_file import new_database
from xivo_dird.index.tables import (
    STAGED_GRAMS_SCHEMA,
    STAGING_SCHEMA,
    StagedGrams,
    StagingTables,
    fill_index,
)


def staging_files(path: Path) -> tuple[Path, Path]:
    """Return the files beside an index in which its entries, and their grams, are while it is built."""
    return Path(f"{path}-staging"), Path(f"{path}-grams")


class IndexBuilder:
    """Writes one index file. The file is usable only after `build` has returned."""

    def __init__(self, shape: IndexShape) -> None:
        """Create a builder of indexes of this shape."""
        self._shape = shape

    def build(self, path: Path, version: str, listing: ListedEntries) -> None:
        """Write the index of entries to the new file `path`, beside which it has its `staging_files`.

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
            count = self._write(listing, index, path)
            report, seconds = listing.report(count), time.monotonic() - started
            write_facts(index, IndexFacts.of_report(version, count, seconds, report, listing.revision))

    def _write(self, listing: ListedEntries, index: sqlite3.Connection, path: Path) -> int:
        """Write all entries, their grams and their keys; return the number of entries."""
        staging_path, grams_path = staging_files(path)
        try:
            with new_database(grams_path, STAGED_GRAMS_SCHEMA) as grams_file:
                with StagedGrams(grams_file, listing.raise_if_aborted) as grams:
                    count = self._stage(listing, staging_path, grams)
                fill_index(index, staging_path, grams, listing.raise_if_aborted)
        finally:
            for file in (staging_path, grams_path):
                file.unlink(missing_ok=True)
        return count

    def _stage(self, listing: ListedEntries, path: Path, grams: StagedGrams) -> int:
        """Write all entries to their staging file; return their number."""
        with new_database(path, STAGING_SCHEMA) as staging_file, closing(listing.read()) as entries:
            staging = StagingTables(self._shape, staging_file)
            for number, entry in entries:
                text = staging.add(number, entry)
                if text is not None:
                    grams.add(number, text)
                if staging.is_batch_full:
                    staging.write()
                    listing.check_files()
            staging.write()
        return staging.count
