"""The search of a snapshot index for a term: SQLite selects the entries, in the order of the directory.

Entries with the whole term come first. Then come those that match by the parts of the term (`SearchTerm`), for which
the statement has a second condition. Whether a number matches is decided by `SearchTerm`; SQLite only selects entries
with the right digits.

A search with a maximum reads the first entries that match in any of these ways. If there are fewer, these are the
answer. Else it reads the first ones with the whole term, and only if these can't be the whole answer, all others.
"""

import sqlite3
from collections.abc import Iterator

from xivo_dird.backend import Entry, SearchTerm
from xivo_dird.index.format import IndexShape, decode_entries
from xivo_dird.index.matching_rows import SEPARATOR, matching_rows, rows_with_whole_term
from xivo_dird.index.parameters import limit_of
from xivo_dird.text.folding import storable
from xivo_dird.text.matching import Rank
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, until

_ALL = """
    SELECT CAST('[' || group_concat(row, ',\n') || ']' AS BLOB)
    FROM (SELECT row FROM entry WHERE searched IS NOT NULL ORDER BY id LIMIT ?)"""
_SCAN_ROWS = """
    SELECT CAST('[' || group_concat(row, ',\n') || ']' AS BLOB)
    FROM (SELECT row FROM entry WHERE searched IS NOT NULL AND instr(row, CAST(? AS BLOB)) ORDER BY id)"""

DECODED_BYTES = 256 * 1024
"""Size of the rows that are decoded before other requests may go on: about a millisecond."""


def matching_entries(
    connection: sqlite3.Connection,
    term: SearchTerm,
    shape: IndexShape,
    entries: int,
    deadline: Deadline = NO_DEADLINE,
    max_entries: int | None = None,
) -> list[Entry]:
    """Return the entries that match a term, the best matches first.

    Args:
        connection: A connection to the index.
        term: The term.
        shape: What is indexed, and how.
        entries: The number of entries in the index.
        deadline: When to give up.
        max_entries: The maximum number of entries, 1 or more.

    Raises:
        DeadlinePassed: The deadline has passed.
    """
    if term.is_everywhere:
        return decode_rows(connection.execute(_ALL, [limit_of(max_entries)]).fetchone()[0], deadline)
    whole = storable(term.normalized)
    if not whole:  # invisible characters, which only the rows have
        candidates = connection.execute(_SCAN_ROWS, [storable(term.text)]).fetchone()[0]
        return term.select(until(deadline, decode_rows(candidates, deadline)), shape.texts_of, max_entries)
    if max_entries is not None:
        first = _first_matching(connection, term, shape, entries, deadline, max_entries)
        if first is not None:
            return first
    with_whole, with_parts = matching_rows(connection, term, entries)
    found = _best_first(decode_rows(with_whole, deadline), with_whole, term, shape, deadline)
    return [*found, *_with_parts(decode_rows(with_parts, deadline), term, shape, deadline)][:max_entries]


def _first_matching(
    connection: sqlite3.Connection,
    term: SearchTerm,
    shape: IndexShape,
    entries: int,
    deadline: Deadline,
    max_entries: int,
) -> list[Entry] | None:
    """Return the first entries that match a term, None if other rows than the first ones may be among them."""
    with_whole, with_parts = matching_rows(connection, term, entries, max_entries)
    found, more = decode_rows(with_whole, deadline), decode_rows(with_parts, deadline)
    if len(found) + len(more) < max_entries:  # these are all
        found = _best_first(found, with_whole, term, shape, deadline)
        return found + _with_parts(more, term, shape, deadline)
    if more:
        with_whole = rows_with_whole_term(connection, term, entries, max_entries)
        found = decode_rows(with_whole, deadline)
    if len(found) < max_entries:
        return None
    if with_whole is None or not _has_spellings(with_whole, term):
        return found
    ranks = (term.rank(shape.texts_of(entry)) for entry in until(deadline, found))
    return found if all(rank is Rank.LITERAL for rank in ranks) else None


def _best_first(
    found: list[Entry], rows: bytes | None, term: SearchTerm, shape: IndexShape, deadline: Deadline
) -> list[Entry]:
    """Return the entries of rows with the whole term, the literal matches first."""
    if rows is None or not _has_spellings(rows, term):
        return found
    return term.select(until(deadline, found), shape.texts_of)


def _with_parts(found: list[Entry], term: SearchTerm, shape: IndexShape, deadline: Deadline) -> list[Entry]:
    """Return the entries that match by the parts of a term, of those that SQLite has found."""
    if term.number is None:
        return found
    return [entry for entry in until(deadline, found) if _has_number(entry, term, shape)]


def number_entries(
    connection: sqlite3.Connection,
    term: SearchTerm,
    shape: IndexShape,
    entries: int,
    deadline: Deadline = NO_DEADLINE,
) -> list[Entry]:
    """Return the entries without the term that have its digits in another spelling of a number (country code).

    Args:
        connection: A connection to the index.
        term: The term.
        shape: What is indexed, and how.
        entries: The number of entries in the index.
        deadline: When to give up.

    Raises:
        DeadlinePassed: The deadline has passed.
    """
    if term.number is None or not term.number.beginnings:
        return []
    _, rows = matching_rows(connection, term, entries)
    return _with_parts(decode_rows(rows, deadline), term, shape, deadline)


def decode_rows(rows: bytes | None, deadline: Deadline = NO_DEADLINE) -> list[Entry]:
    """Return the entries of a result of a statement, which is NULL if there are none.

    Raises:
        DeadlinePassed: The deadline has passed.
    """
    if rows is None:
        return []
    if len(rows) <= DECODED_BYTES:  # fast path
        return decode_entries(rows)
    return [entry for part in until(deadline, _parts(rows), 1) for entry in decode_entries(part)]


def _parts(rows: bytes) -> Iterator[bytes]:
    """Yield a large JSON list in parts, which are JSON lists too."""
    start = 1
    while (end := rows.find(SEPARATOR, start + DECODED_BYTES)) != -1:
        yield b"[%b]" % rows[start:end]
        start = end + len(SEPARATOR)
    yield b"[%b" % rows[start:]


def _has_number(entry: Entry, term: SearchTerm, shape: IndexShape) -> bool:
    return term.number is not None and any(map(term.number.matches, shape.texts_of(entry)))


def _has_spellings(rows: bytes, term: SearchTerm) -> bool:
    """Return whether some rows may contain the term in another spelling only, so that their order may change.

    In ASCII every spelling is literal, but for blanks: there may be runs of them, and escaped tabs and line breaks.
    Escapes may stand for any character.
    """
    return not rows.isascii() or b"\\" in rows or (" " in term.normalized and b"  " in rows)
