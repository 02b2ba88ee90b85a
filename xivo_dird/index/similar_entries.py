"""The search of a snapshot index for terms with typing errors: grams preselect, the edit distance decides."""

import sqlite3
from collections.abc import Callable, Sequence

from pyroaring import BitMap

from xivo_dird.index.candidates import candidates_of_all
from xivo_dird.index.parameters import json_parameter
from xivo_dird.text.typos import Piece, SimilarTerm

MAX_SCANNED = 2000
"""Number of entries up to which all entries of a directory are compared with the term."""

MAX_COMPARED = 20_000
"""Maximum number of preselected entries that are compared with one term, which takes about 0.1 seconds."""

MAX_SIMILAR = 100
"""Maximum number of entries that are returned: a longer list of guesses is of no use."""

_EVERY = "SELECT id, searched FROM entry WHERE searched IS NOT NULL ORDER BY id"
_PRESELECTED = """
    SELECT entry.id, entry.searched
    FROM json_each(?) AS candidate CROSS JOIN entry ON entry.id = candidate.value"""


def similar_entries(
    connection: sqlite3.Connection,
    term: SimilarTerm,
    normalize: Callable[[str], str],
    entries: int,
    max_scanned: int = MAX_SCANNED,
) -> list[int]:
    """Return the numbers of the entries that have nearly the term, the most similar first.

    Equally similar entries are in the order of the directory. In a directory of more than `max_scanned` entries, only
    entries with pieces of the term are compared; pieces that too many entries have are ignored.

    Args:
        connection: A connection to the index.
        term: The term.
        normalize: Returns a text in the form in which the index stores it.
        entries: The number of entries in the index.
        max_scanned: Number of entries up to which all entries are compared with the term.
    """
    scans_all = entries <= max_scanned
    for pieces in term.rounds:
        if scans_all:
            candidates = connection.execute(_EVERY).fetchall()
        else:
            candidates = _preselect(connection, pieces, normalize, entries)
        nearest = term.nearest(text for _, text in candidates)
        if nearest or scans_all:
            return [candidates[position][0] for _, position in nearest[:MAX_SIMILAR]]
    return []


def _preselect(
    connection: sqlite3.Connection, pieces: Sequence[Piece], normalize: Callable[[str], str], entries: int
) -> list[tuple[int, str]]:
    """Return the number and the text of entries that may have one of `pieces`, at most `MAX_COMPARED`."""
    candidates = BitMap()
    for piece in pieces:
        found = candidates_of_all(connection, filter(None, map(normalize, piece)), entries)
        if found is not None:
            candidates |= found
    first = candidates.to_array()[:MAX_COMPARED].tolist()
    return connection.execute(_PRESELECTED, [json_parameter(first)]).fetchall()
