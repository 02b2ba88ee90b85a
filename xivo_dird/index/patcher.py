"""Changes a copy of an index where its directory has changed, in place of building the index anew.

A directory that is kept in step (`SyncedEntries`) mostly has few changes. Then this takes a few percent of a build.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from more_itertools import chunked
from pyroaring import BitMap

from xivo_dird.backend import Entry
from xivo_dird.index.facts import IndexFacts, write_facts
from xivo_dird.index.format import IndexShape, decode_entries
from xivo_dird.index.grams import all_grams
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.new_file import new_database
from xivo_dird.index.plain_entry import UnusableEntry, plain_entry
from xivo_dird.index.postings import change_postings
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.tables import STAGING_SCHEMA, StagingTables, gram_text
from xivo_dird.sync import SyncedEntries

MAX_PATCHES = 32
"""Number of patches after which an index is built anew: each scatters posting lists over the file."""

CHANGED_SHARE = 10
"""An index of which more than one in `CHANGED_SHARE` entries has changed is built anew."""

NUMBERS_PER_STATEMENT = 500

_OLD = "SELECT id, searched, numbers, row FROM entry WHERE id IN ({})"


class _OldEntry(NamedTuple):
    """An entry of the index that is changed."""

    number: int
    searched: str | None
    numbers: str | None
    row: bytes


class IndexPatcher:
    """Writes one index file from the former one and what has changed since."""

    def __init__(self, shape: IndexShape, limits: IndexLimits, check_copy: Callable[[int], None]) -> None:
        """Create a patcher.

        Args:
            shape: What is indexed, and how; that of the former index.
            limits: The limits of the index.
            check_copy: Raises `SourceUnavailable` if the disk has no room for a copy of a file of that many bytes.
        """
        self._shape = shape
        self._limits = limits
        self._check_copy = check_copy

    def patch(self, path: Path, version: str, former: IndexReader, listed: SyncedEntries) -> bool:
        """Write the index of the listed entries to the new file `path`.

        Args:
            path: The file to create.
            version: The version of the data that the entries show.
            former: The former index.
            listed: The entries as they are now.

        Returns:
            False if the index has to be built anew: the former one is of another copy, too much has changed, or the
            patched one is larger than an index may be, which one that is built anew need not be.

        Raises:
            OSError: The file can't be written.
            sqlite3.Error: The file can't be written, or the former one is damaged.
            SourceUnavailable: The copy can't be read, or the disk is nearly full.
        """
        started = time.monotonic()
        changes = self._changes(former.facts, listed)
        size = former.file.path.stat().st_size
        if changes is None or size > self._limits.max_bytes:
            return False
        self._check_copy(size)
        shutil.copyfile(former.file.path, path)
        with new_database(path) as index:
            old = _old_entries(index, list(changes))
            new = {number: entry for number, entry in sorted(changes.items()) if entry is not None}
            _PatchedTables(index, self._shape).replace(old, new)
            facts = former.facts
            patched = IndexFacts.of_report(
                version,
                facts.entries - len(old) + len(new),
                time.monotonic() - started,
                listed.report(),
                listed.revision,
                facts.patches + 1,
            )
            write_facts(index, patched)
        return path.stat().st_size <= self._limits.max_bytes

    def _changes(self, facts: IndexFacts, listed: SyncedEntries) -> Mapping[int, Entry | None] | None:
        """Return the changes since the former index, None if the index has to be built anew."""
        since = facts.indexed_revision()
        if since is None or facts.patches >= MAX_PATCHES:
            return None
        changes = listed.changes_since(since)
        if changes is None or len(changes) * CHANGED_SHARE > facts.entries:
            return None
        if (
            facts.entries + len(changes) > self._limits.max_entries
        ):  # the build counts them, and may refuse them
            return None
        try:
            return {
                number: None if entry is None else plain_entry(entry, self._limits.max_entry_bytes)
                for number, entry in changes.items()
            }
        except UnusableEntry:  # the build counts it
            return None


class _PatchedTables:
    """The tables of an index of which some entries are replaced."""

    def __init__(self, index: sqlite3.Connection, shape: IndexShape) -> None:
        self._index = index
        self._shape = shape

    def replace(self, old: Sequence[_OldEntry], new: Mapping[int, Entry]) -> None:
        """Remove the old entries, and add the new ones."""
        former = {entry.number: decode_entries(b"[%b]" % entry.row)[0] for entry in old}
        self._index.executemany("DELETE FROM entry WHERE id = ?", [(number,) for number in former])
        _, _, keys = self._staged(former)
        self._index.executemany("DELETE FROM key WHERE key = ?", keys)
        removed = [(entry.number, gram_text(entry.searched, entry.numbers)) for entry in old]
        entries, texts, keys = self._staged(new)
        self._index.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", entries)
        self._index.executemany("INSERT OR IGNORE INTO key VALUES (?)", keys)
        change_postings(self._index, _postings(removed), _postings(texts))

    def _staged(
        self, entries: Mapping[int, Entry]
    ) -> tuple[list[tuple[object, ...]], list[tuple[int, str | None]], list[tuple[int]]]:
        """Return the rows, the texts and the keys of entries."""
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            for statement in STAGING_SCHEMA:
                connection.execute(statement)
            staging = StagingTables(self._shape, connection)
            texts = [(number, staging.add(number, entry)) for number, entry in entries.items()]
            staging.write()
            rows = connection.execute("SELECT * FROM entry").fetchall()
            return rows, texts, connection.execute("SELECT key FROM unsorted").fetchall()


def _postings(texts: Iterable[tuple[int, str | None]]) -> dict[str, BitMap]:
    """Return the posting lists of the texts of entries, each text after the number of its entry."""
    postings: dict[str, BitMap] = {}
    for number, text in texts:
        for gram in () if text is None else all_grams(text):
            postings.setdefault(gram, BitMap()).add(number)
    return postings


def _old_entries(index: sqlite3.Connection, numbers: Sequence[int]) -> list[_OldEntry]:
    """Return the entries of the index that have these numbers."""
    return [
        _OldEntry(*row)
        for chunk in chunked(numbers, NUMBERS_PER_STATEMENT)
        for row in index.execute(_OLD.format(", ".join("?" * len(chunk))), chunk)
    ]
