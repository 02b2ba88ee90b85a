"""Full-text expressions (SQLite FTS5) that preselect the entries containing a term by its rarest grams."""

import sqlite3
from collections.abc import Sequence

from xivo_dird.index.grams import BYTE_CLASSES, gram_prefixes, grams

MAX_INTERSECTED_GRAMS = 3
"""Number of a term's rarest grams that are intersected. More would cost more than the candidates they exclude."""

SCAN_SHARE = 8
"""A short term that may be in more than one in `SCAN_SHARE` entries is searched by scanning all entries."""

MATCHES_NOTHING = '""'
"""An expression that matches no entry."""

_LAST_CHARACTER = "\U0010ffff"
_RAREST = """
    SELECT count(*), group_concat('"' || replace(gram, '"', '""') || '"', ' AND ')
    FROM (SELECT gram FROM gram WHERE gram IN ({}) ORDER BY occurrences LIMIT {})"""
_BEGINNING = " UNION ALL ".join(
    ["SELECT gram, occurrences FROM gram WHERE gram >= ? AND gram < ?"] * BYTE_CLASSES
)


def match_expression(connection: sqlite3.Connection, term: str, entries: int) -> str | None:
    """Return the full-text expression that preselects the entries containing `term`.

    Args:
        connection: A connection to the index.
        term: The normalized term.
        entries: The number of entries in the index.

    Returns:
        "" if no entry can match, None if all entries have to be scanned.
    """
    required = grams(term)
    if not required:
        return _short_term_expression(connection, term, entries)
    statement = _RAREST.format(", ".join("?" * len(required)), MAX_INTERSECTED_GRAMS)
    count, expression = connection.execute(statement, tuple(required)).fetchone()
    return expression if count == min(len(required), MAX_INTERSECTED_GRAMS) else ""


def words_expression(connection: sqlite3.Connection, words: Sequence[str], entries: int) -> str | None:
    """Return the full-text expression for entries that may have all these words, and so for the whole term.

    Returns:
        "" if no entry can match, None if all entries have to be scanned: each word is short and in many entries.
    """
    expressions = [match_expression(connection, word, entries) for word in words]
    if "" in expressions:
        return ""
    return " AND ".join(f"({expression})" for expression in expressions if expression) or None


def any_expression(connection: sqlite3.Connection, texts: Sequence[str], entries: int) -> str | None:
    """Return the full-text expression for entries that may have one of these texts.

    Returns:
        "" if no entry can match, None if all entries have to be scanned.
    """
    expressions = [match_expression(connection, text, entries) for text in dict.fromkeys(texts)]
    if None in expressions:
        return None
    return " OR ".join(f"({expression})" for expression in expressions if expression)


def _short_term_expression(connection: sqlite3.Connection, term: str, entries: int) -> str | None:
    """Return the expression for a term too short to have a gram: all grams that begin with it, if these are rare."""
    ranges = [bound for prefix in gram_prefixes(term) for bound in (prefix, prefix + _LAST_CHARACTER)]
    alternatives: list[str] = []
    total = 0
    for gram, occurrences in connection.execute(_BEGINNING, ranges):
        total += occurrences
        if total * SCAN_SHARE > entries + SCAN_SHARE:
            return None
        alternatives.append('"' + gram.replace('"', '""') + '"')
    return " OR ".join(alternatives)
