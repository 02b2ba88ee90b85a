"""Looks through a snapshot index for what is nearly a term: the index proposes, the distance decides."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from xivo_dird.index.match import NOTHING, match_of
from xivo_dird.text.typos import Piece, SimilarTerm

FEW = 2000
"""A directory of so many entries is compared with the term as a whole."""

MAX_COMPARED = 20_000
"""Entries that are compared with one term, which takes about a tenth of a second."""

MAX_SIMILAR = 100
"""Entries that are answered: nobody looks for somebody in a longer list of guesses."""

_EVERY = "SELECT id, searched FROM entry WHERE searched IS NOT NULL ORDER BY id"
_PROPOSED = """
    SELECT entry.id, entry.searched FROM occurrence CROSS JOIN entry ON entry.id = occurrence.rowid
    WHERE occurrence MATCH ? LIMIT ?"""


def similar_entries(
    connection: sqlite3.Connection, term: SimilarTerm, comparable: Callable[[str], str], entries: int
) -> list[int]:
    """List the numbers of the entries that have nearly the term, the most similar first, else in order.

    In a directory of more than `FEW` entries, those count that have pieces of the term which not too many
    have.
    """
    for pieces in term.rounds:
        proposed = _proposed(connection, pieces, comparable, entries).fetchall()
        near = term.nearest(text for _, text in proposed)
        if near or entries <= FEW:
            return [proposed[position][0] for _, position in near[:MAX_SIMILAR]]
    return []


def _proposed(
    connection: sqlite3.Connection, pieces: Sequence[Piece], comparable: Callable[[str], str], entries: int
) -> sqlite3.Cursor:
    if entries <= FEW:
        return connection.execute(_EVERY)
    found = [_match_of_all(connection, map(comparable, piece), entries) for piece in pieces]
    wanted = " OR ".join(filter(None, found)) or NOTHING
    return connection.execute(_PROPOSED, (wanted, MAX_COMPARED))


def _match_of_all(connection: sqlite3.Connection, parts: Iterable[str], entries: int) -> str:
    """Say what the full-text index is asked for texts with all these parts; "" if there are none, or too many."""
    matches = [match_of(connection, part, entries) for part in parts if part]
    if "" in matches:
        return ""
    known = [f"({match})" for match in matches if match]
    return f"({' AND '.join(known)})" if known else ""
