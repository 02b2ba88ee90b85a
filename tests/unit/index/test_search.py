"""An index returns exactly what a comparison with every entry would, and treats any term as plain text."""

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product

import pytest

from index_factory import index_factory
from waiting import LONG_TIMEOUT
from xivo_dird.backend import SearchTerm, TextMatch
from xivo_dird.index.format import IndexShape, decode_entries
from xivo_dird.index.tables import GRAM_BATCH
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

CASE = TextMatch.CASE_INSENSITIVE
ACCENT = TextMatch.CASE_AND_ACCENT_INSENSITIVE


@pytest.fixture
def index(tmp_path):
    """Return a function that builds an index."""
    with index_factory(tmp_path) as build:

        def build_index(entries, unique="id", text_match=CASE):
            return build(entries, IndexShape(("first", "last"), ("number",), unique, text_match))

        yield build_index


PEOPLE = [
    {"id": "1", "first": "Jérôme", "last": "Dupont", "number": "1001"},
    {"id": "2", "first": "Ann", "last": "O'Neil", "number": "1002"},
    {"id": "3", "first": "Anna", "last": "Annan", "number": "1001"},
    {"id": "4", "first": "100%", "last": 'say "hi" NEAR_by', "number": "+49 30"},
    {"id": "5", "last": "田中", "number": "1005"},
    {"id": "6", "number": "1006"},
]


def ids(entries):
    return [entry["id"] for entry in entries]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("", "12345"),
        ("DUP", "1"),
        ("upon", "1"),
        ("jérôme", "1"),
        ("jerome", ""),
        ("an", "23"),
        ("annan", "3"),
        ("A", "234"),
        ("é", "1"),
        ("田", "5"),
        ("田中", "5"),
        ("o'n", "2"),
        ("0%", "4"),
        ("%", "4"),
        ("_", "4"),
        ("*", ""),
        ('"', "4"),
        ('"hi" near_by', "4"),
        ("NEAR(a b)", ""),
        ("-a", ""),
        ("first:ann", ""),
        ("a OR b", ""),
        ("\0", ""),
        ("\ud800", ""),
        ("e" + "\u0301" * 5_000, ""),
        ("x" * 10_000, ""),
        ("annannan", ""),
        ("annaannan", ""),
        ("anna\x1fannan", ""),
        ("1006", ""),
    ],
    ids=ascii,
)
def test_a_term_finds_the_entries_that_contain_it_in_one_column(index, term, expected):
    assert ids(index(PEOPLE).search(term)) == list(expected)


@pytest.mark.parametrize("term", ["jerome", "JÉRÔME", "je\u0301ro\u0302me", "ôM"])
def test_a_name_is_found_in_any_spelling_when_accents_are_ignored(index, term):
    assert ids(index(PEOPLE, text_match=ACCENT).search(term)) == ["1"]


@pytest.mark.parametrize("text_match", [CASE, ACCENT])
def test_the_index_agrees_with_comparing_every_entry(index, text_match):
    texts = ["aAb\u00e91", '+ %"\u00df', "a\0b\x1f", "\ud800\u7530 a", "\u00c9A", ""]
    entries = [{"first": first, "last": last} for first, last in product(texts, texts)]
    reader = index(entries, text_match=text_match)
    terms = {
        text[start : start + size] for text in texts for start in range(len(text)) for size in (1, 2, 3, 5)
    }
    for term in sorted(terms | {"aa", "1+", "ss", "ba"}):
        expected = SearchTerm(term, text_match).select(entries, lambda entry: list(entry.values()))
        assert reader.search(term) == expected
        for count in (1, 2, 5, 100, sys.maxsize):
            assert reader.search(term, max_entries=count) == expected[:count]


@pytest.mark.parametrize("term", ["", "stern", "2045", "stern a", "\u200b", "2", "2045331", "0144556677"])
@pytest.mark.parametrize("count", [1, 2, 3, 9, 100])
def test_a_maximum_returns_the_first_entries_of_a_search(index, term, count):
    texts = ["STERN\u00a0A", "Stern A", "A Stern", "x", "Stern\u200b", "20 45 33 11 22", "+33144556677"]
    reader = index([{"first": first, "last": last} for first, last in product(texts, texts)])
    for search in (reader.search, reader.search_similar, *([reader.search_typed] if term.isdigit() else [])):
        assert search(term, max_entries=count) == search(term)[:count], search


def test_every_part_of_a_long_text_is_found(index):
    text = "".join(chr(0x61 + number * 7 % 26) for number in range(60)) + "ñandú"
    reader = index([{"first": "other"}, {"first": text}])
    parts = [
        text[start : start + size] for size in (1, 2, 3, 4, 5, 9, 40) for start in range(len(text) - size + 1)
    ]
    assert all({"first": text} in reader.search(part) for part in parts)


PERSONS = [{"id": str(number), "first": f"Person {number}"} for number in range(2 * GRAM_BATCH + 7)]


@pytest.fixture(scope="module")
def persons(tmp_path_factory):
    """Return the index of many entries."""
    with index_factory(tmp_path_factory.mktemp("index")) as build:
        yield build(PERSONS, IndexShape(("first",), ("number",), "id", CASE))


def test_a_common_short_term_finds_all_of_many_entries_in_order(persons):
    assert persons.search("p") == PERSONS
    assert persons.search("person") == PERSONS
    assert ids(persons.search("75")) == [str(number) for number in range(len(PERSONS)) if "75" in str(number)]


@pytest.fixture
def decoded(monkeypatch):
    """Return the list of the number of rows of each part of a result that is decoded."""
    counts = []

    def decode_and_count(rows):
        entries = decode_entries(rows)
        counts.append(len(entries))
        return entries

    monkeypatch.setattr("xivo_dird.index.search.decode_entries", decode_and_count)
    return counts


@pytest.mark.parametrize("term", ["", "p", "person", "son 1", "7"])
def test_no_more_rows_are_decoded_than_a_maximum_says(persons, decoded, term):
    first = persons.search(term, max_entries=5)
    assert decoded == [5]
    assert first == persons.search(term)[:5]


def test_no_more_typed_rows_are_decoded_than_a_maximum_says(persons, decoded):
    assert persons.search_typed("73776", max_entries=5) == PERSONS[:5]
    assert decoded == [5]


def test_a_scan_of_many_entries_is_given_up_at_the_deadline(persons):
    searches = [partial(persons.search, "p e r s o n"), partial(persons.search_typed, "7")]
    for search in searches:
        assert search(deadline=Deadline.after(LONG_TIMEOUT)) == PERSONS
        with pytest.raises(DeadlinePassed, match=r"^the search in its index takes too long$"):
            search(deadline=Deadline.after(0))


def test_entries_are_returned_unchanged(index):
    entries = [
        {"first": "a", "list": ["1", {"deep": [None, True, 1.5]}], "none": None},
        {"first": "a\ud800", "": "no name", "big": 2**64 - 1},
        {"first": "a\0b", "other": "\u202e"},
        {"first": "a" * 70_000},
    ]
    assert index(entries).search("a") == entries


def test_elements_of_lists_and_maps_are_searched_and_matched(index):
    entry = {"id": 7, "first": {"home": "Ada", "work": "Lovelace"}, "number": ["11", 12]}
    reader = index([entry])
    assert reader.search("lovel") == [entry]
    assert reader.search("adalove") == []
    assert reader.first_match("12") == entry
    assert reader.fetch(["7"]) == [entry]


def test_an_entry_may_have_thousands_of_numbers(index):
    numbers = [str(number) for number in range(10_000)]
    assert index([{"number": numbers}]).first_match("9999") == {"number": numbers}


def test_a_number_matches_exactly_and_the_first_entry_wins(index):
    reader = index([{"id": "0", "number": "ABC"}, *PEOPLE])
    assert reader.first_match("1001")["id"] == "1"
    for unknown in ("100", "abc", " 1001", "", "\0", "\ud800", "x" * 10_000):
        assert reader.first_match(unknown) is None


def test_several_numbers_are_matched_in_one_call(index):
    found = index(PEOPLE).match_all(["1001", "nobody", "+49 30", "1001"])
    assert {number: entry["id"] for number, entry in found.items()} == {"1001": "1", "+49 30": "4"}


def test_the_first_entry_of_each_id_is_fetched_in_order(index):
    duplicate = {"id": "2", "first": "Again"}
    assert index([*PEOPLE, duplicate]).fetch(["4", "2", "2", "none"]) == [PEOPLE[1], PEOPLE[3]]


def test_without_a_unique_column_nothing_is_fetched(index):
    assert index(PEOPLE, unique=None).fetch(["1"]) == []


def test_texts_with_the_same_key_are_told_apart(index):
    # Both have the CRC-32 0x4ddb0c25.
    assert index([{"number": "plumless"}, {"number": "buckeroo"}]).first_match("buckeroo") == {
        "number": "buckeroo"
    }


def test_an_empty_directory_returns_nothing(index):
    reader = index([])
    assert reader.search("") == []
    assert reader.search("a") == []
    assert reader.first_match("1") is None


def test_concurrent_threads_get_the_same_result(index):
    reader = index(PEOPLE * 50)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: reader.search("ann"), range(64)))
    assert results == [reader.search("ann")] * 64


def test_a_term_of_invisible_characters_finds_the_rows_that_have_them(index):
    reader = index(
        [{"id": "1", "first": "a\u200d"}, {"id": "2", "first": "\u200d", "last": "b"}, {"id": "3"}]
    )
    assert ids(reader.search("\u200d")) == ["1", "2"]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("dupont j\u00e9r\u00f4me", ["1"]),
        ("anna ann", ["3"]),
        ("ann o'neil", ["2"]),
        ("annan x", []),
        ("ann  an", ["2", "3"]),
        ("an na", ["3"]),
    ],
)
def test_every_word_of_a_term_must_be_found(index, term, expected):
    assert ids(index(PEOPLE).search(term)) == expected


def test_entries_with_the_whole_term_come_before_those_with_its_words(index):
    people = [
        {"id": "1", "first": "Ross", "last": "Ada"},
        {"id": "2", "first": "Ada Ross"},
        {"id": "3", "first": "Ada", "last": "Ross"},
        {"id": "4", "first": "Ada   Ross"},
    ]
    assert ids(index(people).search("ada ross")) == ["2", "4", "1", "3"]
    others = [{"id": "x", "first": f"Other {number}"} for number in range(3000)]
    assert ids(index([*people, *others]).search("ada ross")) == ["2", "4", "1", "3"]


SPELLINGS = {
    "strasse": ("Stra\u00dfe", "Strasse"),
    "grosse": ("Gro\u00dfe \ud800", "Grosse"),
    "ann ross": ("Ann  Ross", "Ann Ross"),
    "ada stern": ("Ada\tStern", "Ada Stern"),
    "eve  hill": ("Eve Hill", "Eve  Hill"),
    "cid\tpoe": ("Cid Poe", "Cid\tPoe"),
    "\uff22ob": ("Bob", "\uff22ob"),
}
"""Terms, and names that contain each of them in another spelling, and literally."""


def test_names_with_a_literal_term_come_before_its_other_spellings(index):
    reader = index([{"first": name} for names in SPELLINGS.values() for name in names])
    for term, (spelled, literal) in SPELLINGS.items():
        assert [entry["first"] for entry in reader.search(term)] == [literal, spelled]
