"""The tables of an index are filled with normalized texts, in batches that are small also if entries are large."""

import sqlite3
import threading
from contextlib import closing
from itertools import product

import pytest

from xivo_dird.backend import SourceUnavailable, TextMatch
from xivo_dird.index.format import SCHEMA, IndexShape
from xivo_dird.index.grams import all_grams
from xivo_dird.index.grams import grams as known_grams
from xivo_dird.index.tables import (
    STAGED_GRAMS_SCHEMA,
    STAGING_SCHEMA,
    StagedGrams,
    StagingTables,
    fill_index,
)
from xivo_dird.text.folding import SEPARATOR

TEXTS = [
    "Ada",
    "LOVE Lace",
    "",
    "a  b",
    " ",
    "a\tB",
    "x\x1fy",
    "\xc9ric",
    "\xc9\x1f",
    "a\0b",
    "\ud800",
    "\xdf\ud800",
]


def open_database(schema):
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    for statement in (*schema, "BEGIN"):
        connection.execute(statement)
    return connection


@pytest.fixture
def staged():
    """Return a function that creates the tables of a staging file for entries with two columns."""

    def staged(text_match=TextMatch.CASE_INSENSITIVE):
        connection = open_database(STAGING_SCHEMA)
        return StagingTables(IndexShape(("first", "last"), (), None, text_match), connection), connection

    return staged


@pytest.mark.parametrize("text_match", list(TextMatch))
def test_texts_are_normalized_one_by_one(staged, text_match):
    tables, connection = staged(text_match)
    pairs = [*product(TEXTS, TEXTS), *((text, None) for text in TEXTS), (None, None)]
    shape = IndexShape((), (), None, text_match)
    expected = []
    for number, (first, last) in enumerate(pairs):
        texts = [shape.normalize(text) for text in (first, last) if text is not None]
        expected.append(SEPARATOR.join(texts) if texts else None)
        assert tables.add(number, {"first": first, "last": last}) == expected[-1], (first, last)
    tables.write()
    assert [row[0] for row in connection.execute("SELECT searched FROM entry ORDER BY id")] == expected


def test_the_digits_of_written_numbers_are_added_to_the_text(staged):
    tables, connection = staged()
    assert tables.add(1, {"first": "01 44 55", "last": "02-33"}) == "01 44 55\x1f02-33\x1f014455\x1f0233"
    assert tables.add(2, {"first": "014455"}) == "014455"
    tables.write()
    assert connection.execute("SELECT numbers FROM entry").fetchall() == [("014455\x1f0233",), (None,)]


def test_a_batch_is_full_after_many_entries_or_a_few_large_ones(staged):
    tables, connection = staged()
    full = []
    for number in range(1, 501):
        tables.add(number, {"first": "Ada"})
        if tables.is_batch_full:
            full.append(number)
    assert full == [250, 500]
    tables.write()
    for number in range(501, 506):
        tables.add(number, {"first": "Ada", "note": "x" * 900_000})
        if tables.is_batch_full:
            full.append(number)
            tables.write()
    assert full[2:] == [503]
    tables.write()
    assert connection.execute("SELECT count(*) FROM entry").fetchone() == (505,)


@pytest.fixture
def written():
    """Return a list to which the threads append what they write."""
    return []


@pytest.fixture
def grams_file(written):
    """Open the staging file of grams; record the thread and the number of texts of each statement that writes them."""
    connection = open_database(STAGED_GRAMS_SCHEMA)

    def record(statement):
        if statement.startswith("INSERT INTO occurrence (rowid"):
            written.append((threading.current_thread().name, statement.count("(") - 1))

    connection.set_trace_callback(record)
    yield connection
    connection.close()


def test_one_thread_writes_the_texts_in_batches(grams_file, written):
    texts = ["x" * 40, "y" * 40, "z" * 40, *["abc"] * 30, "x" * 10, "xyz", "x" * 101, "abc"]
    with StagedGrams(grams_file, lambda: None, max_characters=100) as grams:
        for number, text in enumerate(texts, 1):
            grams.add(number, text)
    assert written == [("snapshot index_0", count) for count in (3, 32, 1, 1)]


def test_all_texts_of_many_batches_are_in_the_posting_lists(grams_file, written):
    with StagedGrams(grams_file, lambda: None, max_characters=10) as grams:
        for number in range(1, 21):
            grams.add(number, f"abcdefghijk{number}")
    assert written == [("snapshot index_0", 1)] * 20
    found = {gram: list(entries) for gram, entries in grams.postings()}
    assert all(found[gram] == [*range(1, 21)] for gram in known_grams("abcdefgh"))
    assert found.keys() == {gram for number in range(1, 21) for gram in all_grams(f"abcdefghijk{number}")}


def test_an_error_of_the_thread_is_raised_at_the_end(grams_file):
    grams_file.execute("DROP TABLE occurrence")
    with (
        pytest.raises(sqlite3.OperationalError, match=r"^no such table"),
        StagedGrams(grams_file, lambda: None) as grams,
    ):
        grams.add(1, "Ada")


def test_an_error_of_the_context_is_not_replaced_by_one_of_the_thread(grams_file):
    grams_file.execute("DROP TABLE occurrence")

    def leave_with_error():
        with StagedGrams(grams_file, lambda: None, max_characters=1) as grams:
            grams.add(1, "Ada")
            raise KeyError("first")

    with pytest.raises(KeyError, match="first"):
        leave_with_error()


def test_an_aborted_build_ends_in_the_thread_too(grams_file):
    def raise_if_aborted():
        if threading.current_thread().name == "snapshot index_0":
            raise SourceUnavailable("the source is being closed")

    with (
        pytest.raises(SourceUnavailable, match=r"^the source is being closed$"),
        StagedGrams(grams_file, raise_if_aborted) as grams,
    ):
        grams.add(1, "Ada")


@pytest.mark.parametrize("steps", range(3))
def test_an_aborted_build_ends_while_the_index_is_filled(grams_file, tmp_path, steps):
    path = tmp_path / "staging"
    with closing(sqlite3.connect(path)) as connection:
        for statement in STAGING_SCHEMA:
            connection.execute(statement)
    with StagedGrams(grams_file, lambda: None) as grams:
        grams.add(1, "Ada")
    remaining = iter(range(steps))

    def raise_if_aborted():
        if next(remaining, None) is None:
            raise SourceUnavailable("the source is being closed")

    with closing(open_database(SCHEMA)) as index, pytest.raises(SourceUnavailable):
        fill_index(index, path, grams, raise_if_aborted)
