"""A number is found in an index in whatever spelling, and one that has it as asked comes first."""

import threading

import pytest

from xivo_dird.backend import AlternateSpelling, TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape, number_key, spelling_keys
from xivo_dird.index.reader import MAX_CANDIDATES, IndexReader
from xivo_dird.testing import HOSTILE_NUMBERS

PEOPLE = [
    {"id": "ada", "number": "1001", "mobile": "+33 6 12 34 56 78"},
    {"id": "ivo", "number": "1002", "mobile": "01 44 55 66 77"},
    {"id": "zoe", "number": "0033144556677"},
    {"id": "eve", "number": ["1003", "+49 (0)30 1234567"]},
    {"id": "mallory", "number": "+44 1 44 55 66 77"},
]


@pytest.fixture
def index(tmp_path):
    """Build indexes, closed after the test."""
    readers: list[IndexReader] = []

    def build(entries):
        shape = IndexShape((), ("number", "mobile"), "id", TextMatch.CASE_INSENSITIVE)
        files = IndexFiles(tmp_path / str(len(readers)), shape, threading.Event())
        readers.append(files.adopt_or_build("1", lambda: entries))
        return readers[-1]

    yield build
    for reader in readers:
        reader.close()


@pytest.mark.parametrize(
    ("exten", "country", "found"),
    [
        ("0612345678", "FR", "ada"),
        ("tel:+33-6-12-34-56-78", None, "ada"),
        ("+33144556677", "FR", "ivo"),
        ("+33144556677", None, "zoe"),
        ("0033144556677", "FR", "zoe"),
        ("+33(0)144556677", "FR", "ivo"),
        ("0301234567", "DE", "eve"),
        ("+49301234567", "FR", "eve"),
        ("0301234567", "FR", None),
        ("0612345678", None, None),
        ("1001", "FR", "ada"),
        ("01001", "FR", None),
        ("+331001", "FR", None),
    ],
)
def test_a_number_is_found_as_the_country_writes_it_the_first_entry_wins(index, exten, country, found):
    entry = index(PEOPLE).first_match(exten, country)
    assert (entry and entry["id"]) == found


def test_the_very_text_wins_over_an_earlier_spelling_and_says_so(index):
    reader = index(PEOPLE)
    exact, alternate_spelling = (
        reader.first_match("0033144556677", "FR"),
        reader.first_match("+33144556677", "FR"),
    )
    assert not isinstance(exact, AlternateSpelling)
    assert isinstance(alternate_spelling, AlternateSpelling)
    assert alternate_spelling == PEOPLE[1]


def test_many_numbers_are_matched_at_once(index):
    found = index(PEOPLE).match_all(["0033144556677", "+33144556677", "1001", "0033612345678", "9"], "FR")
    assert {exten: entry["id"] for exten, entry in found.items()} == {
        "0033144556677": "zoe",
        "+33144556677": "ivo",
        "1001": "ada",
        "0033612345678": "ada",
    }


@pytest.mark.parametrize("exten", HOSTILE_NUMBERS, ids=ascii)
def test_a_hostile_number_is_found_as_text_only(index, exten):
    entries = [{"id": "it", "number": exten}, {"id": "x", "number": "0144556677"}]
    assert index(PEOPLE).first_match(exten, "FR") is None
    assert index(entries).first_match(exten, "FR")["id"] == "it"


def test_numbers_that_only_end_alike_are_told_apart_and_do_not_delay(index):
    alike = [{"id": str(number), "number": f"+33{number:03}556677"} for number in range(1, 900)]
    reader = index([*alike, {"id": "right", "number": "01 44 55 66 77"}])
    assert reader.first_match("tel:+33144556677", "FR")["id"] == "144"
    assert reader.first_match("tel:+49144556677", "FR") is None


def test_of_a_flood_of_numbers_that_end_alike_the_first_are_looked_at_and_the_exact_one_is_found(index):
    flood = [{"id": str(number), "number": f"9{number:05}556677"} for number in range(MAX_CANDIDATES + 10)]
    reader = index([*flood, {"id": "last", "number": "0144556677"}])
    assert reader.first_match("0144556677", "FR")["id"] == "last"
    assert reader.first_match("+33144556677", "FR") is None


def test_a_key_of_a_number_lies_among_those_of_its_spellings_and_fits_the_database():
    keys = spelling_keys("+33144556677")
    assert keys is not None
    least, greatest = keys
    for spelling in ("0144556677", "tel:+33-1-44-55-66-77"):
        assert least <= number_key(spelling) <= greatest < 2**63
    assert number_key("1001") < least
    assert spelling_keys("1001") is None
