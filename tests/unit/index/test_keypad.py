"""An index finds digits typed on a keypad exactly as a comparison with every entry would."""

from itertools import product

import pytest

from index_factory import index_factory
from xivo_dird.backend import TextMatch
from xivo_dird.index.format import IndexShape
from xivo_dird.text.keypad import TypedTerm

SHAPE = IndexShape(("name", "number"), ("number",), "id", TextMatch.CASE_INSENSITIVE)


@pytest.fixture
def index(tmp_path):
    """Return a function that builds an index."""
    with index_factory(tmp_path) as build:
        yield lambda entries: build(entries, SHAPE)


def test_the_index_agrees_with_comparing_every_entry(index):
    texts = ["Ada", "abc-d 'wz", "\u00c9w (12) 3", "1.23+45", "b\0c\x1fd", "\u7530 2", "", "1234512345"]
    entries = [{"name": name, "number": number} for name, number in product(texts, texts[3:])]
    reader = index(entries)
    for size in (1, 2, 3):
        for digits in map("".join, product("1239", repeat=size)):
            term = TypedTerm(digits)
            expected = [entry for entry in entries if any(term.matches(text) for text in entry.values())]
            assert reader.search_typed(digits) == expected


def test_all_of_many_matches_are_found_in_order(index):
    names = ["Ada Stern", "Eve Ross", "Cid Stone", "Adam"]
    entries = [
        {"id": str(number), "name": names[number % 4], "number": f"5{number:05}"} for number in range(2000)
    ]
    reader = index(entries)
    assert reader.search_typed("232") == [
        entry for entry in entries if entry["name"].startswith("Ada") or "232" in entry["number"]
    ]
    assert reader.search_typed("5") == entries
    assert reader.search_typed("99") == [entry for entry in entries if "99" in entry["number"]]


def test_keypad_digits_are_not_found_by_other_searches(index):
    reader = index([{"id": "1", "name": "Ada", "number": "01 44 55"}])
    assert reader.search("232") == []
    assert reader.first_match("232") is None
    assert reader.fetch(["232"]) == []
