"""Answers questions from one index file, for many threads at once."""

import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote

from xivo_dird.backend import AlternateSpelling, Entry, SourceUnavailable
from xivo_dird.index.format import (
    ENTRY_MASK,
    IndexShape,
    KeyKind,
    decode,
    key_of,
    keys_beginning,
    number_key,
    spelling_keys,
)
from xivo_dird.index.match import NOTHING, match_of
from xivo_dird.index.similar_entries import similar_entries
from xivo_dird.text.keypad import CODED, TypedTerm
from xivo_dird.text.phone_number import same_number
from xivo_dird.text.typos import SimilarTerm
from xivo_dird.text.values import texts_of

CACHE_KIBIBYTES = 8000
"""Pages that a connection keeps: nearly always the same one asks, see `server/worker_pool`."""

MAX_CANDIDATES = 1000
"""Entries whose numbers end alike that are looked at for one: a directory made for that costs no lookup its time."""

# Rows come as one JSON list, so that an answer is one step of SQLite: each step drops and takes the GIL.
_ALL = """
    SELECT CAST('[' || group_concat(row, ',') || ']' AS BLOB)
    FROM (SELECT row FROM entry WHERE searched IS NOT NULL ORDER BY id)"""
_ONE = "SELECT CAST('[' || row || ']' AS BLOB) FROM entry WHERE id = ?"
_SCAN = """
    SELECT CAST('[' || group_concat(row, ',') || ']' AS BLOB)
    FROM (SELECT row FROM entry WHERE instr(searched, ?) ORDER BY id)"""
_MATCH = """
    SELECT CAST('[' || group_concat(row, ',') || ']' AS BLOB) FROM (
        SELECT entry.row FROM occurrence CROSS JOIN entry ON entry.id = occurrence.rowid
        WHERE occurrence MATCH ? AND instr(entry.searched, ?) ORDER BY occurrence.rowid)"""
_TYPED = """
    SELECT CAST('[' || group_concat(row, ',') || ']' AS BLOB) FROM (
        SELECT row FROM entry WHERE id IN (
            SELECT key & ? FROM key WHERE key BETWEEN ? AND ?
            UNION ALL
            SELECT entry.id FROM occurrence CROSS JOIN entry ON entry.id = occurrence.rowid
            WHERE occurrence MATCH ? AND (instr(entry.searched, ?) OR instr(entry.numbers, ?)))
        ORDER BY id)"""
_TYPED_SCAN = """
    SELECT CAST('[' || group_concat(row, ',') || ']' AS BLOB) FROM (
        SELECT row FROM entry WHERE id IN (SELECT key & ? FROM key WHERE key BETWEEN ? AND ?)
            OR instr(searched, ?) OR instr(numbers, ?)
        ORDER BY id)"""
_EXACT = """
    SELECT entry.id, entry.row FROM key CROSS JOIN entry ON entry.id = key.key & ?
    WHERE key.key BETWEEN ? AND ? ORDER BY key.key"""
_ALIKE = """
    SELECT row FROM entry JOIN (
        SELECT DISTINCT key & ? AS number FROM key WHERE key BETWEEN ? AND ? ORDER BY number LIMIT ?
    ) ON id = number ORDER BY id"""


class IndexDamaged(Exception):
    """The file is no usable index; it has to be built anew."""


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What an index tells about itself: `built_at` in seconds of the epoch, `build_seconds` it took."""

    version: str
    entries: int
    built_at: float
    build_seconds: float


class IndexReader:
    """One index file. Every method raises `IndexDamaged` when the file turns out to be broken."""

    def __init__(self, path: Path, descriptor: int, shape: IndexShape) -> None:
        """Take over `descriptor`, which is open on `path` and keeps others from removing it."""
        self.path = path
        self._uri = f"file:{quote(os.fspath(path))}?mode=ro&immutable=1"
        self._descriptor = descriptor
        self._shape = shape
        self._connections: deque[sqlite3.Connection] = deque()
        self._closed = False
        self.facts = self._read_facts()

    def search(self, term: str) -> list[Entry]:
        """List the entries with `term` in a searched column, in the directory's order."""
        wanted = self._shape.comparable(term)
        with self._connection() as connection:
            if not wanted:
                return _rows(connection, _ALL)
            match = match_of(connection, wanted, self.facts.entries)
            if match is None:
                return _rows(connection, _SCAN, wanted)
            return _rows(connection, _MATCH, match, wanted) if match else []

    def search_typed(self, digits: str) -> list[Entry]:
        """List the entries with a word that begins with `digits` on a keypad, or with a number that has them."""
        keys = keys_beginning(digits)
        with self._connection() as connection:
            match = match_of(connection, digits, self.facts.entries)
            if match is None:
                found = _rows(connection, _TYPED_SCAN, ENTRY_MASK, *keys, digits, digits)
            else:
                found = _rows(connection, _TYPED, ENTRY_MASK, *keys, match or NOTHING, digits, digits)
        return found if len(digits) <= CODED else self._judged(found, TypedTerm(digits))

    def search_similar(self, term: str) -> list[Entry]:
        """List the entries with nearly `term` in a searched column, the most similar first."""
        wanted = SimilarTerm(term)
        with self._connection() as connection:
            numbers = similar_entries(connection, wanted, self._shape.comparable, self.facts.entries)
            return [entry for number in numbers for entry in _rows(connection, _ONE, number)]

    def first_match(self, exten: str, country: str | None = None) -> Entry | None:
        """Return the first entry with the number `exten`, else an `AlternateSpelling`, else None."""
        return self.match_all([exten], country).get(exten)

    def match_all(self, extens: Sequence[str], country: str | None = None) -> dict[str, Entry]:
        """Find the first entry of each number, as `first_match` does; numbers without one are left out."""
        columns = self._shape.first_matched_columns
        found: dict[str, Entry] = {}
        with self._connection() as connection:
            for exten in dict.fromkeys(extens):
                exact = _first(connection, number_key(exten), exten, columns)
                match = _first_alternate(connection, exten, columns, country) if exact is None else exact[1]
                if match is not None:
                    found[exten] = match
        return found

    def fetch(self, ids: Sequence[str]) -> list[Entry]:
        """List the first entry of each id, in the directory's order."""
        column = self._shape.unique_column
        if column is None:
            return []
        with self._connection() as connection:
            found = [_first(connection, key_of(KeyKind.ID, wanted), wanted, (column,)) for wanted in set(ids)]
        return [entry for _, entry in sorted(filter(None, found), key=itemgetter(0))]

    def close(self) -> None:
        """Close what is idle; a running question closes its own connection when it ends."""
        if self._closed:
            return
        self._closed = True
        self._close_idle()
        os.close(self._descriptor)

    def _judged(self, entries: list[Entry], term: TypedTerm) -> list[Entry]:
        """Leave out entries whose words begin like the term and go on in another way."""
        columns = self._shape.searched_columns
        return [
            entry
            for entry in entries
            if any(term.matches(text) for column in columns for text in texts_of(entry.get(column)))
        ]

    def _read_facts(self) -> IndexFacts:
        with self._connection() as connection:
            found = connection.execute(
                "SELECT version, entries, built_at, build_seconds FROM facts"
            ).fetchone()
        if found is None:
            raise IndexDamaged("the index has no facts")
        return IndexFacts(*found)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to this thread; there are as many as threads asked at once."""
        try:
            connection = self._take()
            yield connection
        except sqlite3.DataError as error:
            raise SourceUnavailable(f"the answer is too large: {error}") from error
        except sqlite3.Error as error:
            raise IndexDamaged(str(error)) from error
        self._connections.append(connection)
        if self._closed:
            self._close_idle()

    def _take(self) -> sqlite3.Connection:
        try:
            return self._connections.pop()
        except IndexError:
            connection = sqlite3.connect(self._uri, uri=True, isolation_level=None, check_same_thread=False)
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
            return connection

    def _close_idle(self) -> None:
        while True:
            try:
                self._connections.pop().close()
            except IndexError:
                return


def _rows(connection: sqlite3.Connection, statement: str, *parameters: str | int) -> list[Entry]:
    (rows,) = connection.execute(statement, parameters).fetchone()
    return [] if rows is None else decode(rows)


def _first(
    connection: sqlite3.Connection, key: int, text: str, columns: Sequence[str]
) -> tuple[int, Entry] | None:
    """Find the number and the entry of the first with this key that has exactly `text` in one of `columns`."""
    for number, row in connection.execute(_EXACT, (ENTRY_MASK, key, key | ENTRY_MASK)):
        (entry,) = decode(b"[%b]" % row)
        if any(text in texts_of(entry.get(column)) for column in columns):
            return number, entry
    return None


def _first_alternate(
    connection: sqlite3.Connection, exten: str, columns: Sequence[str], country: str | None
) -> AlternateSpelling | None:
    """Find the first that has the phone number in one of `columns`, in whatever spelling."""
    keys = spelling_keys(exten)
    if keys is None:
        return None
    for (row,) in connection.execute(_ALIKE, (ENTRY_MASK, *keys, MAX_CANDIDATES)):
        (entry,) = decode(b"[%b]" % row)
        texts = (text for column in columns for text in texts_of(entry.get(column)))
        if any(same_number(text, exten, country) for text in texts):
            return AlternateSpelling(entry)
    return None
