"""The entries that may match a term: those that have its rarest grams. The statement that reads them then decides.

Candidates are the numbers of entries. None in place of them means that all entries have to be read.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from xivo_dird.index.grams import BYTE_CLASSES, gram_prefixes, grams
from xivo_dird.index.postings import decode_posting, read_postings

MAX_INTERSECTED_GRAMS = 5
"""Maximum number of a term's rarest grams that are intersected."""

MAX_SIZE_RATIO = 50
"""No list is read after one that is more than this many times as long as there are candidates left.

Each list is at least as long as the one before it, and to read it would cost more than to check the candidates.
"""

SCAN_SHARE = 8
"""A short term that may be in more than one in `SCAN_SHARE` entries is searched by reading all entries."""

_LAST_CHARACTER = "\U0010ffff"
_RAREST = """
    SELECT occurrences, posting.entries FROM
    (SELECT occurrences, posting FROM gram WHERE gram IN ({}) ORDER BY occurrences LIMIT {}) AS rarest
    CROSS JOIN posting ON posting.id = rarest.posting"""
_BEGINNING = " UNION ALL ".join(
    ["SELECT occurrences, posting FROM gram WHERE gram >= ? AND gram < ?"] * BYTE_CLASSES
)


def term_candidates(connection: sqlite3.Connection, term: str, entries: int) -> BitMap | None:
    """Return the entries that may contain a term.

    Args:
        connection: A connection to the index.
        term: The normalized term.
        entries: The number of entries in the index.
    """
    required = grams(term)
    if not required:
        return _short_term_candidates(connection, term, entries)
    statement = _RAREST.format(", ".join("?" * len(required)), MAX_INTERSECTED_GRAMS)
    rows = connection.execute(statement, tuple(required))
    return _intersection(rows, min(len(required), MAX_INTERSECTED_GRAMS))


def candidates_of_all(connection: sqlite3.Connection, texts: Iterable[str], entries: int) -> BitMap | None:
    """Return the entries that may contain all these texts; None if each text is short and in many entries."""
    found = [term_candidates(connection, text, entries) for text in texts]
    selective = [candidates for candidates in found if candidates is not None]
    return BitMap.intersection(*selective) if selective else None


def candidates_of_any(connection: sqlite3.Connection, texts: Sequence[str], entries: int) -> BitMap | None:
    """Return the entries that may contain one of these texts; None if one of them is short and in many entries."""
    candidates = BitMap()
    for text in dict.fromkeys(texts):
        found = term_candidates(connection, text, entries)
        if found is None:
            return None
        candidates |= found
    return candidates


def _intersection(rows: sqlite3.Cursor, expected: int) -> BitMap:
    """Return the entries that are in all posting lists, of which each comes after its length, the shortest first.

    With fewer lists than expected, a gram is in no entry.
    """
    candidates = BitMap()
    count = 0
    for count, (length, stored) in enumerate(rows, 1):
        posting = decode_posting(stored)
        candidates = posting if count == 1 else candidates & posting
        if len(candidates) * MAX_SIZE_RATIO < length:
            rows.close()
            return candidates
    return candidates if count == expected else BitMap()


def _short_term_candidates(connection: sqlite3.Connection, term: str, entries: int) -> BitMap | None:
    """Return the entries with a gram that begins with a term too short to have one, if these grams are rare."""
    ranges = [bound for prefix in gram_prefixes(term) for bound in (prefix, prefix + _LAST_CHARACTER)]
    postings: list[int] = []
    total = 0
    for occurrences, posting in connection.execute(_BEGINNING, ranges):
        total += occurrences
        if total * SCAN_SHARE > entries + SCAN_SHARE:
            return None
        postings.append(posting)
    return BitMap().union(*read_postings(connection, postings))
