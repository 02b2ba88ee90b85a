"""An index without facts is damaged; one with them finds long typed words, and the numbers of companies."""

import os
import sqlite3

import pytest

from index_factory import index_factory
from xivo_dird.backend import TextMatch
from xivo_dird.index.format import SCHEMA, IndexShape
from xivo_dird.index.open_file import IndexDamaged, OpenIndexFile
from xivo_dird.index.reader import IndexReader
from xivo_dird.numbers.dial_plan import DialPlan

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
PEOPLE: list[dict[str, object]] = [
    {"id": "1", "name": "Annabellas", "number": "1001"},
    {"id": "2", "name": "Annabellar Ross", "number": "030 12345-0"},
    {"id": "3", "name": "Annabellat", "number": "030 12345-67"},
    {"id": "4", "name": "Anna Bellas", "number": "1004"},
]


@pytest.fixture
def build(tmp_path):
    """Return a function that builds an index."""
    with index_factory(tmp_path) as build:
        yield lambda entries: build(entries, SHAPE)


def test_an_index_without_facts_is_damaged(tmp_path):
    path = tmp_path / "index.sqlite"
    connection = sqlite3.connect(path)
    for statement in SCHEMA:
        connection.execute(statement)
    connection.close()
    descriptor = os.open(path, os.O_RDONLY)
    file = OpenIndexFile(path, descriptor, lambda: None)
    os.close(descriptor)
    with pytest.raises(IndexDamaged, match=r"^the index has no facts$"):
        IndexReader(file, SHAPE)
    file.close()


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("2662235527", "12"),
        ("2662235528", "3"),
        ("266223552", "123"),
        ("2662", "1234"),
    ],
)
def test_all_digits_of_a_long_word_are_compared(build, digits, expected):
    assert [entry["id"] for entry in build(PEOPLE).search_typed(digits)] == list(expected)


@pytest.mark.parametrize(
    ("exten", "country", "expected"),
    [
        ("+49301234589", "DE", "2"),
        ("03012345", "DE", "2"),
        ("+49301234567", "DE", "3"),
        ("+49301234667", "DE", None),
    ],
)
def test_an_extension_of_a_company_has_its_name_unless_it_has_one(build, exten, country, expected):
    reader = build(PEOPLE)
    found = reader.first_match(exten, DialPlan(country))
    assert (found and found["id"]) == expected
    assert build(PEOPLE[:1]).first_match(exten, DialPlan(country)) is None


def test_blank_numbers_match_nothing_and_others_once(build):
    reader = build([{"number": " "}, {"number": ""}, *PEOPLE])
    assert reader.match_all(["", " ", "1001", "1001"]) == {"1001": PEOPLE[0]}
    assert reader.match_all([]) == {}


def test_entries_are_fetched_in_the_order_of_the_directory(build):
    reader = build([*PEOPLE, {"id": "1", "name": "again"}])
    assert reader.fetch(["4", "1", "2", "0"]) == [PEOPLE[0], PEOPLE[1], PEOPLE[3]]
