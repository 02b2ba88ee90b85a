"""An index finds a number in any spelling; an entry with exactly the requested text wins."""

import pytest

from index_factory import index_factory
from xivo_dird.backend import AlternateSpelling, TextMatch
from xivo_dird.index.format import IndexShape, number_key_range, number_keys
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.written import digit_keys
from xivo_dird.testing import HOSTILE_NUMBERS

FRANCE = DialPlan("FR")
SHAPE = IndexShape((), ("number", "mobile"), "id", TextMatch.CASE_INSENSITIVE)
PEOPLE = [
    {"id": "ada", "number": "1001", "mobile": "+33 6 12 34 56 78"},
    {"id": "ivo", "number": "1002", "mobile": "01 44 55 66 77"},
    {"id": "zoe", "number": "0033144556677"},
    {"id": "eve", "number": ["1003", "+49 (0)30 1234567"]},
    {"id": "mallory", "number": "+44 1 44 55 66 77"},
]


@pytest.fixture
def index(tmp_path):
    """Return a function that builds an index."""
    with index_factory(tmp_path) as build:
        yield lambda entries: build(entries, SHAPE)


def test_a_number_is_found_in_the_spellings_of_its_country(index):
    reader = index(PEOPLE)
    for exten, country, expected in (
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
    ):
        entry = reader.first_match(exten, DialPlan(country))
        assert (entry and entry["id"]) == expected, (exten, country)


def test_an_exact_match_wins_over_an_earlier_alternate_spelling(index):
    reader = index(PEOPLE)
    exact = reader.first_match("0033144556677", FRANCE)
    alternate = reader.first_match("+33144556677", FRANCE)
    assert not isinstance(exact, AlternateSpelling)
    assert isinstance(alternate, AlternateSpelling)
    assert alternate == PEOPLE[1]


def test_several_numbers_are_matched_in_one_call(index):
    found = index(PEOPLE).match_all(["0033144556677", "+33144556677", "1001", "0033612345678", "9"], FRANCE)
    assert {exten: entry["id"] for exten, entry in found.items()} == {
        "0033144556677": "zoe",
        "+33144556677": "ivo",
        "1001": "ada",
        "0033612345678": "ada",
    }


def test_a_hostile_number_is_only_text(index):
    others = index(PEOPLE)
    hostile = index([{"id": exten, "number": exten} for exten in HOSTILE_NUMBERS])
    for exten in HOSTILE_NUMBERS:
        assert others.first_match(exten, FRANCE) is None
        assert hostile.first_match(exten, FRANCE) == ({"id": exten, "number": exten} if exten else None)


def test_numbers_with_the_same_last_digits_are_told_apart(index):
    alike = [{"id": str(number), "number": f"+33{number:03}556677"} for number in range(1, 300)]
    reader = index([*alike, {"id": "last", "number": "01 44 55 66 77"}])
    assert reader.first_match("tel:+33144556677", FRANCE)["id"] == "144"
    assert reader.first_match("tel:+49144556677", FRANCE) is None


def test_only_some_numbers_with_the_same_last_digits_are_compared(index):
    others = [{"id": str(number), "number": f"9{number:05}556677"} for number in range(10)]
    reader = index([*others, {"id": "last", "number": "0144556677"}])

    def found(exten, max_candidates):
        return [
            entry["id"] for entry in reader.match_all([exten], FRANCE, max_candidates=max_candidates).values()
        ]

    assert found("+33144556677", max_candidates=11) == ["last"]
    assert found("+33144556677", max_candidates=10) == []
    assert found("0144556677", max_candidates=10) == ["last"]


def test_the_key_of_a_number_lies_in_the_key_range_of_its_spellings():
    (digits,) = digit_keys("+33144556677")
    lowest, highest = number_key_range(digits)
    for spelling in ("0144556677", "tel:+33-1-44-55-66-77"):
        (key,) = number_keys(spelling, 0)
        assert lowest <= key <= highest < 2**63
    assert not lowest <= number_keys("1001", 0)[0] <= highest
    assert number_keys("Ada", 0)[0] < lowest


SEARCHED = IndexShape(("name", "number"), ("number",), "id", TextMatch.CASE_INSENSITIVE)
PHONES: list[dict[str, object]] = [
    {"id": "ada", "name": "Ada", "number": "01 44 55 66 77"},
    {"id": "ivo", "name": "Ivo", "number": "+33 1 44 55 66 77"},
    {"id": "zoe", "name": "0144556677", "number": "2045"},
    {"id": "eve", "name": "Eve 144", "number": ["x", "+33(0)144556688"]},
    {"id": "bob", "name": "Bob", "number": "+49 1 44 55 66 77"},
]


@pytest.fixture(params=[0, 3000], ids=["few entries", "many entries"], scope="module")
def searched(request, tmp_path_factory):
    """Build an index in which texts are found by a scan of few entries, or by the index of many."""
    others = [
        {"id": str(number), "name": f"Other {number % 7}", "number": "x"} for number in range(request.param)
    ]
    with index_factory(tmp_path_factory.mktemp("index")) as build:
        yield build([*PHONES, *others], SEARCHED)


def ids(entries):
    return [entry["id"] for entry in entries]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("0144556677", ["zoe", "ada", "ivo"]),
        ("+33144556677", ["ada", "ivo", "zoe"]),
        ("+33 1 44 55", ["ivo", "ada", "zoe", "eve"]),
        ("01 44 55 66", ["ada", "ivo", "zoe", "eve"]),
        ("2045", ["zoe"]),
        ("0244556677", []),
    ],
)
def test_a_search_finds_a_number_in_the_spellings_of_its_country(searched, term, expected):
    assert ids(searched.search(term, FRANCE)) == expected


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("0144556677", ["ada", "zoe", "ivo"]),
        ("014455", ["ada", "zoe", "eve", "ivo"]),
        ("33144556677", ["ivo"]),
        ("383", ["eve"]),
        ("3831", []),
    ],
)
def test_typed_digits_find_a_number_in_the_spellings_of_its_country(searched, digits, expected):
    assert ids(searched.search_typed(digits, FRANCE)) == expected
