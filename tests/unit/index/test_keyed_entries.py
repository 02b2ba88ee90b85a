"""The entry with a number: exactly its text, else the best spelling, else the company that has the extension."""

import pytest

from index_factory import index_factory
from xivo_dird.backend import AlternateSpelling, TextMatch
from xivo_dird.index.format import IndexShape
from xivo_dird.index.keyed_entries import MAX_CANDIDATES, KeyedEntries, has_companies
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.readings import MatchRank
from xivo_dird.numbers.requested import requested_number

GERMANY = DialPlan("DE")
COLUMNS = ("number", "mobile")
SHAPE = IndexShape((), COLUMNS, "id", TextMatch.CASE_INSENSITIVE)
COMPANIES: list[dict[str, object]] = [
    {"id": "town", "number": "+49 30 1234-0"},
    {"id": "house", "number": "+49 30 123456-0"},
    {"id": "floor", "mobile": "+49 30 1234567-0"},
]
PEOPLE: list[dict[str, object]] = [
    {"id": "bare", "number": "4930123456789"},
    {"id": "ada", "mobile": "+49 30 123456-789"},
    {"id": "ivo", "number": "030 123456789"},
    {"id": "eve", "number": "17", "mobile": "+4930123456000"},
    {"id": "zoe", "number": ["x", "+4930123456000"]},
]


@pytest.fixture
def finder(tmp_path):
    """Return a function that builds an index and returns another one.

    This returns the id and the rank of the entry with a number; None if there is none.
    """
    with index_factory(tmp_path) as build:

        def finder_(entries, max_candidates=MAX_CANDIDATES):
            reader = build(entries, SHAPE)

            def find(text):
                with reader.file.connection() as connection:
                    companies = has_companies(connection)
                    assert companies == any("-0" in str(entry) for entry in entries)
                    number = requested_number(text, GERMANY)
                    keyed = KeyedEntries(connection, COLUMNS, max_candidates)
                    found = keyed.with_numbers([number], companies).get(text)
                return found and (found["id"], found.rank if isinstance(found, AlternateSpelling) else 0)

            return find

        yield finder_


def test_the_best_entry_has_the_number(finder):
    find = finder(COMPANIES + PEOPLE)
    for text, expected in (
        ("+4930123456789", ("ada", MatchRank.DIALLED)),
        ("030123456789", ("ada", MatchRank.DIALLED)),
        ("030 123456789", ("ivo", MatchRank.EXACT)),
        ("4930123456789", ("bare", MatchRank.EXACT)),
        ("+4930123456000", ("eve", MatchRank.EXACT)),
        ("tel:+4930123456000", ("eve", MatchRank.DIALLED)),
        ("030123456188", ("house", MatchRank.COMPANY + 3)),
        ("+49301234567", ("floor", MatchRank.COMPANY)),
        ("+49301234567123", ("floor", MatchRank.COMPANY + 3)),
        ("+4930123499", ("town", MatchRank.COMPANY + 2)),
        ("+4930123", None),
        ("18", None),
    ):
        assert find(text) == expected, text


def test_a_worse_match_is_found_if_there_is_no_better_one(finder):
    assert finder(PEOPLE[:1])("+4930123456789") == ("bare", MatchRank.UNPREFIXED)
    assert finder(PEOPLE)("+4930123456788") is None
    assert finder(COMPANIES[:1])("+4930123456788") == ("town", MatchRank.COMPANY + 5)


def test_the_first_of_equally_good_entries_is_found(finder):
    bare, ada, ivo = PEOPLE[:3]
    for people, first in (([ada, ivo], "ada"), ([ivo, ada], "ivo"), ([bare, ivo, ada], "ivo")):
        assert finder(people)("tel:+4930123456789") == (first, MatchRank.DIALLED)
    assert finder([bare, {**bare, "id": "second"}])("+4930123456789") == ("bare", MatchRank.UNPREFIXED)


def test_the_first_entry_with_one_of_several_numbers_is_found(finder):
    mobile, office = {"id": "mobile", "number": "0171 9876543"}, {"id": "office", "number": "030 3456789"}
    for people, first in (([mobile, office], "mobile"), ([office, mobile], "office")):
        assert finder(people)("030-3456789 / 0171-9876543") == (first, MatchRank.DIALLED)


def test_an_entry_with_a_number_in_two_columns_is_one_candidate(finder):
    twice = {"id": "other", "number": "+1 212 3456789", "mobile": "+1 213 3456789"}
    ada = {"id": "ada", "number": "030 3456789"}
    assert finder([twice, ada], max_candidates=2)("+49303456789") == ("ada", MatchRank.DIALLED)
    assert finder([twice, ada], max_candidates=1)("+49303456789") is None
