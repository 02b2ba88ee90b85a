"""An index finds what was typed on a keypad, exactly as comparing every entry would."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xivo_dird.backend import TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.reader import IndexReader
from xivo_dird.text.keypad import TypedTerm


@pytest.fixture
def index(tmp_path):
    """Build indexes, closed after the test."""
    readers: list[IndexReader] = []

    def build(entries):
        shape = IndexShape(("name", "number"), ("number",), "id", TextMatch.CASE_INSENSITIVE)
        files = IndexFiles(tmp_path / str(len(readers)), shape, threading.Event())
        readers.append(files.adopt_or_build("1", lambda: entries))
        return readers[-1]

    yield build
    for reader in readers:
        reader.close()


TEXTS = st.text(st.sampled_from("abcdÉwz12345 -'.()+\0\x1f田"), max_size=12)
DIGITS = st.text(st.sampled_from("0123459"), min_size=1, max_size=11)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({}, optional={"name": TEXTS, "number": TEXTS}), max_size=8),
    st.lists(DIGITS, min_size=1, max_size=8),
)
def test_the_index_agrees_with_comparing_every_entry(index, entries, terms):
    reader = index(entries)
    for digits in terms:
        term = TypedTerm(digits)
        expected = [entry for entry in entries if any(term.matches(text) for text in entry.values())]
        assert reader.search_typed(digits) == expected


def test_among_many_all_are_found_in_the_directorys_order(index):
    names = ["Ada Stern", "Eve Ross", "Cid Stone", "Adam"]
    entries = [
        {"id": str(number), "name": names[number % 4], "number": f"5{number:05}"} for number in range(4000)
    ]
    reader = index(entries)
    assert reader.search_typed("232") == [
        entry for entry in entries if entry["name"].startswith("Ada") or "232" in entry["number"]
    ]
    assert reader.search_typed("5") == entries
    assert reader.search_typed("99") == [entry for entry in entries if "99" in entry["number"]]


def test_what_was_typed_is_not_what_a_plain_search_or_a_number_finds(index):
    reader = index([{"id": "1", "name": "Ada", "number": "01 44 55"}])
    assert reader.search("232") == reader.search("0144") == []
    assert reader.first_match("232") is None
    assert reader.fetch(["232"]) == []
