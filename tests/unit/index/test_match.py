"""A full-text expression has the rarest grams of a term; no expression can match, or all entries are scanned."""

import sqlite3

import pytest

from xivo_dird.index.grams import gram_prefixes, grams
from xivo_dird.index.match import match_expression


@pytest.fixture
def connection():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE gram (gram TEXT PRIMARY KEY, occurrences INTEGER) WITHOUT ROWID")
    yield connection
    connection.close()


@pytest.fixture
def store(connection):
    """Return a function that stores how many entries have each gram."""
    return lambda rows: connection.executemany("INSERT INTO gram VALUES (?, ?)", rows)


def quoted(gram):
    return '"' + gram.replace('"', '""') + '"'


def test_the_three_rarest_grams_are_intersected(connection, store):
    stored = sorted(grams("lovelace"))
    assert len(stored) == 5
    store([(gram, 10 - place) for place, gram in enumerate(stored)])
    rarest = [quoted(gram) for gram in reversed(stored)][:3]
    assert match_expression(connection, "lovelace", 1) == " AND ".join(rarest)


def test_a_term_with_few_grams_needs_all_of_them(connection, store):
    (gram,) = grams("a\"b'")
    assert match_expression(connection, "a\"b'", 1) == ""
    store([(gram, 1)])
    assert match_expression(connection, "a\"b'", 1) == quoted(gram)
    first, second = sorted(grams('a"b"c'))
    store([(first, 1)])
    assert match_expression(connection, 'a"b"c', 1) == ""
    store([(second, 2)])
    assert match_expression(connection, 'a"b"c', 1) == f"{quoted(first)} AND {quoted(second)}"


def test_a_term_whose_grams_are_unknown_matches_nothing(connection):
    for term in ("lovelace", "ad", "a"):
        assert match_expression(connection, term, 1000) == ""


def test_a_short_rare_term_is_found_by_all_grams_that_begin_with_it(connection, store):
    prefixes = list(gram_prefixes('a"'))
    found = [prefix + end for prefix in prefixes for end in ("\0", "z", "\u07ff")]
    others = [prefix[:-1] + chr(ord(prefix[-1]) + step) for prefix in prefixes for step in (-1, 1)]
    store([(gram, 1) for gram in {*found, *others}])
    expression = match_expression(connection, 'a"', 8 * len(found))
    assert expression is not None
    assert sorted(expression.split(" OR ")) == sorted(map(quoted, found))


def test_a_short_term_in_more_than_every_eighth_entry_needs_a_scan(connection, store):
    store([(prefix, 5) for prefix in list(gram_prefixes("ada"))[:2]])
    expression = " OR ".join(map(quoted, list(gram_prefixes("ada"))[:2]))
    assert match_expression(connection, "ada", 72) == expression
    assert match_expression(connection, "ada", 71) is None
