"""An index without facts is damaged; one with them finds long typed words, and the numbers of companies."""

import os
import sqlite3

import pytest

from index_factory import index_factory
from xivo_dird.backend import TextMatch
from xivo_dird.index.format import SCHEMA, IndexShape
from xivo_dird.index.keyed_entries import MAX_CANDIDATES
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


GERMANY = DialPlan("DE")
CROWD: list[dict[str, object]] = [
    *(
        {"id": f"{number}", "number": f"+49 30 {number:07}", "own": 1}
        for number in range(3_000_000, 3_000_300)
    ),
    {"id": "company", "number": "+49 40 765432-0"},
    {"id": "nameless", "number": "reception"},
]


def test_many_numbers_need_as_many_statements_as_one(build):
    statements: list[str] = []
    reader = build(CROWD)
    hundred = [f"030 {number:07}" for number in range(3_000_000, 3_000_099)] + ["+4940765432100"]
    with reader.file.connection() as connection:
        connection.set_trace_callback(statements.append)
    found = reader.match_all(hundred, GERMANY)
    assert [entry["id"] for entry in found.values()] == [*map(str, range(3_000_000, 3_000_099)), "company"]
    assert len(statements) == 3  # exact texts, other spellings, companies


def test_many_numbers_have_the_entries_that_each_has_alone(build):
    reader = build([*CROWD, *PEOPLE, *CROWD[:9], {"id": "list", "number": ["1001", "0303000001"]}])
    asked = [
        *(f"{prefix}{number}" for prefix in ("+4930", "030", "30") for number in range(2_999_990, 3_000_050)),
        *("1001", "reception", "Reception", "+49 30 3000001", "+4940765432100", "x", "040765432"),
    ]
    alone = {exten: entry for exten in asked if (entry := reader.first_match(exten, GERMANY)) is not None}
    found = reader.match_all(asked[::-1], GERMANY)
    assert found == alone
    assert {exten: getattr(entry, "rank", 0) for exten, entry in found.items()} == {
        exten: getattr(entry, "rank", 0) for exten, entry in alone.items()
    }


def test_the_last_of_several_entries_with_a_number_can_be_taken(build):
    twins = [{"id": id_, "number": "1001"} for id_ in ("a", "b", "c")]
    reader = build([*twins, {"id": "d", "number": "10010"}, {"id": "e", "number": "(1001)"}])
    assert reader.match_all(["1001"])["1001"]["id"] == "a"
    assert reader.match_all(["1001"], takes_last=True)["1001"]["id"] == "c"


def test_a_text_shared_by_more_entries_than_are_compared_is_found(build):
    reader = build([{"id": str(number), "number": "1001"} for number in range(3 * MAX_CANDIDATES)])
    assert reader.match_all(["1001", "1002"]) == {"1001": {"id": "0", "number": "1001"}}
