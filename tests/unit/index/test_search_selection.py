"""Entries are selected by the index if a term is rare, by a scan if it is not; the result is the same."""

import pytest

from index_factory import index_factory
from xivo_dird.backend import SearchTerm, TextMatch
from xivo_dird.index.format import IndexShape
from xivo_dird.index.matching_rows import MIN_CANDIDATES
from xivo_dird.index.search import matching_entries
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.text.keypad import TypedTerm

SHAPE = IndexShape(("name", "number"), ("number",), "id", TextMatch.CASE_INSENSITIVE)
FRANCE = DialPlan("FR")
PEOPLE = [
    *({"name": f"Anna {number}", "number": f"01 44 55 00 {number:02}"} for number in range(60)),
    {"name": "Rosa Ann Zyxwell", "number": "03 77 00 00 00"},
    {"name": "Ann Rosa", "number": "+33 3 77 11 11 11"},
    {"name": "Rosa", "number": "+33144550099"},
    {"name": "Tom", "number": "0145"},
    *({"name": f"Tom {number}", "number": f"+33 1 45 55 00 {number:02}"} for number in range(40)),
]
RARE = [
    "zyx",
    "zyxwell",
    "ro",
    "rosa",
    "ro zy",
    "rosa ann",
    "ann ro",
    "an xyz",
    "037",
    "0377",
    "03 77",
    "+3337",
]
FREQUENT = [
    "",
    "a",
    "an",
    "anna",
    "an a",
    "a m",
    "014",
    "0144",
    "01 44",
    "144",
    "+331",
    "+33144",
    "0145",
    "00",
]
ABSENT = ["q", "qu", "quit", "qu an", "quit anna", "0999", "099", "+3399"]


def texts_of(entry):
    return list(entry.values())


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    with index_factory(tmp_path_factory.mktemp("index")) as build:
        yield build


@pytest.fixture(scope="module")
def reader(build):
    return build(PEOPLE, SHAPE)


@pytest.fixture(scope="module")
def misleading(build):
    """Return an index in which most entries have the grams of `abcdefgh`, but not the text."""
    names = ["abcdefgh"] * 5 + ["abcdefg bcdefgh"] * (2 * MIN_CANDIDATES) + ["abcdefgh x"] * 30
    return build([{"name": name, "number": str(number)} for number, name in enumerate(names)], SHAPE)


@pytest.mark.parametrize("terms", [RARE, FREQUENT, ABSENT], ids=["rare", "frequent", "absent"])
def test_a_search_finds_what_a_comparison_with_every_entry_does(reader, terms):
    for text in terms:
        term = SearchTerm(text, SHAPE.text_match, FRANCE)
        assert reader.search(text, FRANCE) == term.select(PEOPLE, texts_of), text


@pytest.mark.parametrize("max_entries", [4, 5, 6, 10, 35, 1000, None])
def test_the_first_entries_are_found_behind_many_misleading_ones(misleading, max_entries):
    found = misleading.search("abcdefgh", max_entries=max_entries)
    expected = [*range(5), *range(2 * MIN_CANDIDATES + 5, 2 * MIN_CANDIDATES + 35)]
    assert [int(entry["number"]) for entry in found] == expected[:max_entries]


@pytest.mark.parametrize("digits", ["014", "0144", "144", "037", "0377", "333", "0145", "7672", "266", "999"])
def test_typed_digits_find_words_before_other_spellings_of_a_number(reader, digits):
    typed, term = TypedTerm(digits), SearchTerm(digits, SHAPE.text_match, FRANCE)
    words = [entry for entry in PEOPLE if any(map(typed.matches, texts_of(entry)))]
    numbers = [entry for entry in term.select(PEOPLE, texts_of) if entry not in words]
    assert reader.search_typed(digits, FRANCE) == words + numbers


def test_a_rare_term_is_found_without_reading_every_entry(reader):
    def steps_of(text):
        """Return the number of steps of SQLite, in tens."""
        steps = []
        with reader.file.connection() as connection:
            connection.set_progress_handler(lambda: steps.append(1), 10)
            matching_entries(connection, SearchTerm(text, SHAPE.text_match, FRANCE), SHAPE, len(PEOPLE))
        return len(steps)

    scanned = steps_of("anna")
    for text in RARE + ABSENT:
        assert steps_of(text) < scanned * 2 / 3, text
