"""Builds the file of a snapshot index out of a stream of entries, in bounded memory.

Two threads share the work, which needs the GIL for less than half of the time: the calling one reads the entries and
writes them to a file aside, the other one writes the full-text table to the index file. In the end the index file
takes over what is aside.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xivo_dird.backend import Entry, SourceUnavailable
from xivo_dird.index.format import ENTRY_SCHEMA, GRAM_SCHEMA, IndexShape
from xivo_dird.index.tables import EntryTables, GramTable
from xivo_dird.text.folding import storable

_PRAGMAS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -16000",
)
_COPY = (
    "INSERT INTO main.entry SELECT * FROM aside.entry",
    "INSERT INTO main.key SELECT * FROM aside.key",
)


class IndexBuilder:
    """Writes one index file. The file is no index before `build` has returned."""

    def __init__(self, shape: IndexShape, go_on: Callable[[], bool]) -> None:
        """`go_on` is asked between batches; a build that should not go on raises `SourceUnavailable`."""
        self._shape = shape
        self._go_on = go_on

    def build(self, path: Path, version: str, entries: Iterable[Entry]) -> None:
        """Write the index of `entries`, which are the data of `version`, to the new file `path`.

        Raises what `entries` raises, `sqlite3.Error` for a full disk.
        """
        began = time.monotonic()
        aside = Path(f"{path}-entries")
        try:
            with _database(path, GRAM_SCHEMA) as index:
                with _database(aside, ENTRY_SCHEMA) as staging:
                    count = self._write(entries, index, staging)
                self._check()
                _take_over(index, aside)
                facts = (storable(version), count, time.time(), time.monotonic() - began)
                index.execute("INSERT INTO facts VALUES (?, ?, ?, ?)", facts)
        finally:
            aside.unlink(missing_ok=True)

    def _write(self, entries: Iterable[Entry], index: sqlite3.Connection, staging: sqlite3.Connection) -> int:
        tables = EntryTables(self._shape, staging)
        with GramTable(index) as grams:
            for entry in entries:
                searched = tables.add(entry)
                if searched is not None:
                    grams.add(tables.count, searched)
                if tables.is_full:
                    self._check()
                    tables.write()
            grams.finish()
            tables.finish()
        return tables.count

    def _check(self) -> None:
        if not self._go_on():
            raise SourceUnavailable("the source is being closed")


@contextmanager
def _database(path: Path, schema: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """Open a new database in a transaction that is committed at the end; used by one thread at a time."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for statement in (*_PRAGMAS, *schema, "BEGIN"):
            connection.execute(statement)
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def _take_over(index: sqlite3.Connection, aside: Path) -> None:
    """Copy the tables of the file `aside` into the index, in their order: about a second per million entries."""
    index.execute("COMMIT")
    index.execute("ATTACH ? AS aside", [str(aside)])
    index.execute("BEGIN")
    for statement in (*ENTRY_SCHEMA, *_COPY):
        index.execute(statement)
