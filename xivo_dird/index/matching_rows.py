"""The rows of the entries that match a term: SQLite selects them among the candidates, in the order of the directory.

Whether a number matches is decided by `SearchTerm`; SQLite only selects entries with the right digits.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pyroaring import BitMap

from xivo_dird.backend import SearchTerm
from xivo_dird.index.candidates import candidates_of_all, candidates_of_any, term_candidates
from xivo_dird.index.parameters import json_parameter, limit_of
from xivo_dird.text.folding import storable

SEPARATOR = b",\n"
"""What separates rows: no row has a line feed, so that a large list can be decoded in parts."""

CANDIDATES_PER_ROW = 4
"""Number of candidates that are read at once for each row that a search with a maximum may return."""

MIN_CANDIDATES = 1000
"""Number of candidates that are read at once at least."""

# Rows are returned as one JSON list, so that a result is one step of SQLite: each step releases and takes the GIL.
_MATCHING = """
    SELECT CAST('[' || group_concat(row, ',\n') FILTER (WHERE whole) || ']' AS BLOB),
        CAST('[' || group_concat(row, ',\n') FILTER (WHERE NOT whole) || ']' AS BLOB), count(*)
    FROM (
        SELECT entry.row AS row, instr(entry.searched, ?) > 0 AS whole FROM {entries}
        WHERE whole OR {parts} {order} LIMIT ?)"""
_EVERY_ENTRY = {"entries": "entry", "order": "ORDER BY entry.id"}
_CANDIDATES = {
    "entries": "json_each(?) AS candidate CROSS JOIN entry ON entry.id = candidate.value",
    "order": "",  # that of the list, which the outer loop of a CROSS JOIN reads from its beginning
}
_NO_PARTS = "0"
_HAS_WORD = "instr(entry.searched, ?)"
_HAS_DIGITS = "instr(entry.searched, ?) OR instr(entry.numbers, ?)"


class MatchingRows(NamedTuple):
    """Rows as JSON lists, None for no rows: those with the whole term, and others that may match by its parts."""

    whole: bytes | None = None
    parts: bytes | None = None


class _Selection(NamedTuple):
    """What SQLite selects: the candidates, None for all entries, and the condition for parts of the term."""

    candidates: BitMap | None
    parts: str = _NO_PARTS
    parameters: Sequence[str] = ()


def matching_rows(
    connection: sqlite3.Connection, term: SearchTerm, entries: int, max_rows: int | None = None
) -> MatchingRows:
    """Return the rows that may match a term: all, or the first ones.

    Args:
        connection: A connection to the index.
        term: The term.
        entries: The number of entries in the index.
        max_rows: The maximum number of rows.
    """
    return _select(connection, term, _selection(connection, term, entries), max_rows)


def rows_with_whole_term(
    connection: sqlite3.Connection, term: SearchTerm, entries: int, max_rows: int | None = None
) -> bytes | None:
    """Return the rows with the whole term, see `matching_rows`."""
    candidates = term_candidates(connection, storable(term.normalized), entries)
    return _select(connection, term, _Selection(candidates), max_rows).whole


def _selection(connection: sqlite3.Connection, term: SearchTerm, entries: int) -> _Selection:
    whole = storable(term.normalized)
    if term.number is not None:
        needles = term.number.needles
        condition = f"({' OR '.join([_HAS_DIGITS] * len(needles))})"
        parameters = [needle for needle in needles for _ in range(2)]
        return _Selection(candidates_of_any(connection, [whole, *needles], entries), condition, parameters)
    if term.words:
        words = [*map(storable, term.words)]
        condition = f"({' AND '.join([_HAS_WORD] * len(words))})"
        return _Selection(candidates_of_all(connection, words, entries), condition, words)
    return _Selection(term_candidates(connection, whole, entries))


def _select(
    connection: sqlite3.Connection, term: SearchTerm, selection: _Selection, max_rows: int | None
) -> MatchingRows:
    whole = storable(term.normalized)
    candidates, parts, parameters = selection
    read = _EVERY_ENTRY if candidates is None else _CANDIDATES
    statement = _MATCHING.format(parts=parts, **read)
    whole_rows, part_rows = None, None
    for batch in [()] if candidates is None else _batches(candidates, max_rows):
        values = [whole, *batch, *parameters, limit_of(max_rows)]
        more_whole, more_parts, count = connection.execute(statement, values).fetchone()
        whole_rows, part_rows = _joined(whole_rows, more_whole), _joined(part_rows, more_parts)
        if max_rows is not None:
            max_rows -= count
            if max_rows == 0:
                break
    return MatchingRows(whole_rows, part_rows)


def _batches(candidates: BitMap, max_rows: int | None) -> Iterator[tuple[str]]:
    """Yield the candidates in parts, each as a parameter: with a maximum, few of them may suffice."""
    numbers = candidates.to_array()
    size = len(numbers) if max_rows is None else max(MIN_CANDIDATES, CANDIDATES_PER_ROW * max_rows)
    for start in range(0, len(numbers), size or 1):
        yield (json_parameter(numbers[start : start + size].tolist()),)


def _joined(rows: bytes | None, more: bytes | None) -> bytes | None:
    """Return two JSON lists of rows as one."""
    if rows is None or more is None:
        return more if rows is None else rows
    return b"%b%b%b" % (rows[:-1], SEPARATOR, more[1:])
