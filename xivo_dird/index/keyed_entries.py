"""Finds the entries of an index by their keys: those with an exact text, and those with a number in any spelling."""

import sqlite3
from collections.abc import Iterator, Sequence
from operator import itemgetter

from xivo_dird.backend import AlternateSpelling, Entry
from xivo_dird.index.format import (
    COMPANY_KEY_RANGE,
    ENTRY_MASK,
    decode_entries,
    number_key_range,
    number_keys,
)
from xivo_dird.numbers.readings import MatchRank
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.text.values import texts_of

MAX_CANDIDATES = 1000
"""Maximum number of entries with the same key that are compared with a number.

It limits the time of a lookup in a directory that is made to be slow.
"""

_EXACT = """
    SELECT entry.id, entry.row FROM key CROSS JOIN entry ON entry.id = key.key & ?
    WHERE key.key BETWEEN ? AND ? ORDER BY key.key"""
_CANDIDATES = """
    SELECT id, row FROM entry JOIN (
        SELECT DISTINCT key & ? AS number FROM key WHERE key BETWEEN ? AND ? ORDER BY number LIMIT ?
    ) ON id = number ORDER BY id"""
_HAS_KEY = "SELECT EXISTS (SELECT 1 FROM key WHERE key BETWEEN ? AND ?)"


def has_companies(connection: sqlite3.Connection) -> bool:
    """Return True if the index has a company block."""
    return bool(connection.execute(_HAS_KEY, COMPANY_KEY_RANGE).fetchone()[0])


def entry_with_number(
    connection: sqlite3.Connection,
    number: RequestedNumber,
    columns: Sequence[str],
    max_candidates: int,
    has_companies: bool,
) -> Entry | None:
    """Return the first entry with exactly the text of the number, else the best `AlternateSpelling`, else None."""
    exact = entry_with_text(connection, number_keys(number.text, 0)[0], number.text, columns)
    if exact is not None:
        return exact[1]
    alternate = _best_alternate(connection, number, number.keys, columns, max_candidates)
    if alternate is None and has_companies:
        alternate = _best_alternate(connection, number, number.stem_keys, columns, max_candidates)
    return alternate


def entry_with_text(
    connection: sqlite3.Connection, key: int, text: str, columns: Sequence[str]
) -> tuple[int, Entry] | None:
    """Return the number and the content of the first entry with this key and exactly `text` in one of `columns`."""
    for number, row in connection.execute(_EXACT, (ENTRY_MASK, key, key | ENTRY_MASK)):
        (entry,) = decode_entries(b"[%b]" % row)
        if any(text in texts_of(entry.get(column)) for column in columns):
            return number, entry
    return None


def _best_alternate(
    connection: sqlite3.Connection,
    number: RequestedNumber,
    keys: Sequence[int],
    columns: Sequence[str],
    max_candidates: int,
) -> AlternateSpelling | None:
    """Return the entry with one of these `digit_keys` that has the number at the lowest rank; the first of several."""
    ranked = _ranked(connection, number, keys, columns, max_candidates)
    best = min(ranked, key=itemgetter(0, 1), default=None)
    return None if best is None else AlternateSpelling(best[2], best[0])


def _ranked(
    connection: sqlite3.Connection,
    number: RequestedNumber,
    keys: Sequence[int],
    columns: Sequence[str],
    max_candidates: int,
) -> Iterator[tuple[int, int, Entry]]:
    """Yield the rank, the number and the content of entries that have the number, for each key up to the best rank."""
    for key in keys:
        parameters = (ENTRY_MASK, *number_key_range(key), max_candidates)
        for entry_number, row in connection.execute(_CANDIDATES, parameters):
            (entry,) = decode_entries(b"[%b]" % row)
            rank = number.lowest_rank(text for column in columns for text in texts_of(entry.get(column)))
            if rank is not None:
                yield rank, entry_number, entry
            if rank == MatchRank.DIALLED:
                break
