"""What the full-text index of a snapshot is asked for a term: grams that are in few texts."""

import sqlite3

from xivo_dird.index.grams import grams, prefixes

RAREST = 3
"""How many grams of a term are intersected: more cost more than the candidates they spare."""

SCAN_SHARE = 8
"""A short term that may be in more than one of this many entries is looked for in all of them."""

NOTHING = '""'
"""What the full-text index never finds."""

_LAST = "\U0010ffff"
_RAREST = """
    SELECT count(*), group_concat('"' || replace(gram, '"', '""') || '"', ' AND ')
    FROM (SELECT gram FROM gram WHERE gram IN ({}) ORDER BY occurrences LIMIT {})"""
_BEGINNING = "SELECT gram, occurrences FROM gram WHERE gram >= ? AND gram < ?"


def match_of(connection: sqlite3.Connection, wanted: str, entries: int) -> str | None:
    """Say what the full-text index is asked for `wanted`; "" if nothing can match, None to look everywhere."""
    needed = grams(wanted)
    if not needed:
        return _match_of_short(connection, wanted, entries)
    statement = _RAREST.format(", ".join("?" * len(needed)), RAREST)
    known, match = connection.execute(statement, tuple(needed)).fetchone()
    return match if known == min(len(needed), RAREST) else ""


def _match_of_short(connection: sqlite3.Connection, wanted: str, entries: int) -> str | None:
    """The same for a term too short to have a gram: any gram that begins with it, where these are few."""
    found: list[str] = []
    occurrences = 0
    for prefix in prefixes(wanted):
        for gram, times in connection.execute(_BEGINNING, (prefix, prefix + _LAST)):
            occurrences += times
            if occurrences * SCAN_SHARE > entries + SCAN_SHARE:
                return None
            found.append('"' + gram.replace('"', '""') + '"')
    return " OR ".join(found)
