"""Searches in stored contacts, by a scan of the owner's contacts and by the indexes."""

import sys

import pytest
from sqlalchemy import event, text

from unit.contacts.conftest import add, contact
from xivo_dird.backend import MatchRank, TextMatch
from xivo_dird.contacts.content import fields_of
from xivo_dird.contacts.search_dao import ContactSearch, SearchLimits
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.personal.dao import CONTACTS

COLUMNS = ("name", "number")
FRANCE = DialPlan("FR")
PEOPLE = [
    contact("a1", name="Ada Stern", number="01 44 55 66 77", note="boss"),
    contact("b2", name="Bob", number=None, note="Ada"),
    contact("c3", name="Stern Ada", number="2045", note=""),
    contact("d4", name="Al", number="+33 1 44 55 66 77"),
    contact("e5", name="Zoë 100%", note="2045"),
]


@pytest.fixture(params=[500, 0], ids=["scanned", "indexed"])
def search(request, session):
    """Return the searches in the contacts of one owner, in a table that others use, too."""
    add(session, contact("f6", name="Ada Stern", number="2045"), owner="bea")
    add(session, *PEOPLE)
    return ContactSearch(session, CONTACTS, "ada", SearchLimits(request.param))


def ids(contacts):
    return [one.id for one in contacts]


def test_a_search_finds_all_words_in_the_columns(search):
    for term, expected in {
        "ada": ["a1", "c3"],
        "stern ada": ["c3", "a1"],
        "ada stern": ["a1", "c3"],
        "al": ["d4"],
        "a": ["a1", "c3", "d4"],
        "zoË": ["e5"],
        "100%": ["e5"],
        "st%n": ["a1", "c3"],
        "2045": ["c3"],
        "0144556677": ["a1", "d4"],
        "boss": [],
        "bo st": [],
        "ada xyz": [],
    }.items():
        assert ids(search.search(term, COLUMNS, TextMatch.CASE_INSENSITIVE, FRANCE)) == expected, term


def test_a_part_of_a_name_may_look_like_a_number(search, session):
    add(session, contact("g7", name="Room 31-99b"))
    assert ids(search.search("31-99", COLUMNS, TextMatch.CASE_INSENSITIVE, FRANCE)) == ["g7"]


def test_typed_digits_find_names_and_numbers(search):
    for digits, expected in {
        "232": ["a1", "c3"],
        "25": ["d4"],
        "2045": ["c3"],
        "262": ["b2"],
        "0144": ["a1", "d4"],
        "9": ["e5"],
    }.items():
        assert ids(search.search_typed(digits, COLUMNS, FRANCE)) == expected, digits


def test_other_spellings_of_a_typed_number_come_last(search, session):
    add(session, contact("0", name="Later", number="0033 144556677"), contact("g7", number="00144556677"))
    assert ids(search.search_typed("0144556677", COLUMNS, FRANCE)) == ["a1", "g7", "d4", "0"]


def test_similar_names_are_found_in_the_columns(search):
    for term, expected in {"stren": ["a1", "c3"], "bobb": ["b2"], "xyzzy": [], "bosss": []}.items():
        assert ids(search.search_similar(term, COLUMNS)) == expected, term


def test_at_most_a_hundred_similar_contacts_are_returned(search, session):
    add(session, *(contact(f"n{number}", name=f"Schwarz {number:04}") for number in range(105)))
    assert ids(search.search_similar("shwarz", COLUMNS)) == [f"n{number}" for number in range(100)]


def test_a_search_everywhere_finds_the_term_in_any_value_or_id(search, session):
    add(session, contact("e6", name="Eve"), owner="bea")
    for term, expected in {
        "ada": ["a1", "b2", "c3"],
        "ZOË": ["e5"],
        "e5": ["e5"],
        "6": ["a1", "d4"],
        "boss": ["a1"],
        "ada xyz": [],
        "bo_s": ["a1"],
    }.items():
        assert ids(contact for _, contact in search.search_everywhere(term)) == expected, term


def test_a_whole_value_is_found_regardless_of_case(search):
    for texts, expected in (
        (["BOB"], ["b2"]),
        (["al", "bob"], ["d4", "b2"]),
        (["2045", "bob"], ["c3", "b2"]),
        (["ada"], []),
        (["boss"], []),
        (["", "ADA STERN"], ["a1"]),
        ([], []),
    ):
        assert ids(search.with_value(texts, COLUMNS)) == expected, texts


def test_a_number_is_found_in_its_best_spelling(search):
    rank, found = search.with_number(RequestedNumber("2045", FRANCE), COLUMNS)
    assert (rank, found.id) == (MatchRank.EXACT, "c3")
    rank, found = search.with_number(RequestedNumber("+33144556677", FRANCE), COLUMNS)
    assert (rank, found.id) == (MatchRank.DIALLED, "a1")
    rank, found = search.with_number(RequestedNumber("0144556677", FRANCE), COLUMNS)
    assert found.id == "a1"
    assert search.with_number(RequestedNumber("2046", FRANCE), COLUMNS) is None
    assert search.with_number(RequestedNumber("", FRANCE), COLUMNS) is None
    assert search.with_number(RequestedNumber("2045", FRANCE), ["note"])[1].id == "e5"


def test_only_the_oldest_candidates_are_compared_with_a_number(session):
    add(session, *(contact(str(number), note=str(number), number="2045") for number in range(5)))
    add(session, contact("later", number="0 144556677"), contact("exact", number="0144556677"))

    def found(limit, number):
        limits = SearchLimits(max_number_candidates=limit)
        one = ContactSearch(session, CONTACTS, "ada", limits).with_number(
            RequestedNumber(number, FRANCE), COLUMNS
        )
        return one and one[1].id

    assert found(1, "2045") == "0"
    assert [found(limit, "0144556677") for limit in (1, 2)] == ["later", "exact"]
    assert found(0, "2045") is None


@pytest.mark.parametrize("max_scanned_rows", [500, 0], ids=["scanned", "indexed"])
def test_contacts_that_can_not_match_are_not_read(session, max_scanned_rows):
    add(session, *PEOPLE, contact("zz", name="\u2603", note="\u2603\u2603\u2603\u2603", number="77"))
    add(session, *(contact(f"bea {one.id}", **one.fields) for one in PEOPLE), owner="bea")
    session.execute(
        text("UPDATE personal_contact SET fields = 'no JSON' WHERE owner_uuid = 'bea' OR uuid = 'zz'")
    )
    search = ContactSearch(session, CONTACTS, "ada", SearchLimits(max_scanned_rows))
    rule = TextMatch.CASE_INSENSITIVE
    found = [
        *(
            search.search(term, COLUMNS, rule, FRANCE)
            for term in ("stern", "al", "st%n", "stern a", "0144556677")
        ),
        search.search_similar("stren", COLUMNS),
        *(list(search.search_everywhere(term)) for term in ("boss", "bo_s", "e5")),
        search.with_value(["2045", "bob", "al", "ada stern"], COLUMNS),
        search.with_number(RequestedNumber("0144556677", FRANCE), COLUMNS),
    ]
    assert all(found)
    assert max_scanned_rows or ids(search.search_typed("232", COLUMNS, FRANCE)) == ["a1", "c3"]
    with pytest.raises(ValueError, match="invalid literal"):
        search.search("", COLUMNS, rule)


@pytest.mark.parametrize("count", [1, 2, 3, sys.maxsize])
def test_a_maximum_returns_the_first_contacts_of_a_search(search, count):
    for term in ("", "%", "ada", "ada stern", "2045", "0144556677", "xyz"):
        found = search.search(term, COLUMNS, TextMatch.CASE_INSENSITIVE, FRANCE)
        assert search.search(term, COLUMNS, TextMatch.CASE_INSENSITIVE, FRANCE, count) == found[:count], term


def test_no_more_contacts_are_read_than_a_maximum_says(search, session, monkeypatch):
    add(session, *(contact(f"n{number}", name=f"Ada {number}") for number in range(50)))
    read = []

    def fields_of_read(text):
        read.append(text)
        return fields_of(text)

    monkeypatch.setattr("xivo_dird.contacts.dao.fields_of", fields_of_read)
    for term in ("", "ada"):
        read.clear()
        assert len(search.search(term, COLUMNS, TextMatch.CASE_INSENSITIVE, max_contacts=10)) == 10
        assert len(read) <= 15, term


def numbers_of(*texts):
    return [RequestedNumber(text, FRANCE) for text in texts]


def statements_of(session, ask):
    """Return what `ask` returns, and the number of statements that it needs."""
    statements = []

    def record(*sent):
        statements.append(sent[2])

    event.listen(session.get_bind(), "before_cursor_execute", record)
    found = ask()
    event.remove(session.get_bind(), "before_cursor_execute", record)
    return found, len(statements)


def test_many_numbers_have_the_contacts_that_each_has_alone(search):
    numbers = numbers_of("2045", "+33144556677", "0144556677", "144556677", "2046", "", "Al", "x" * 999)
    alone = {one.text: match for one in numbers if (match := search.with_number(one, COLUMNS))}
    assert search.with_numbers(numbers, COLUMNS) == alone
    assert {text: (rank, one.id) for text, (rank, one) in alone.items()} == {
        "2045": (MatchRank.EXACT, "c3"),
        "+33144556677": (MatchRank.DIALLED, "a1"),
        "0144556677": (MatchRank.DIALLED, "a1"),
        "144556677": (MatchRank.UNPREFIXED, "a1"),
    }


def test_many_numbers_share_statements(session):
    add(session, *(contact(str(number), number=f"01 44 55 {number}") for number in range(6600, 6700)))
    search = ContactSearch(session, CONTACTS, "ada")
    asked = numbers_of(*(f"+3314455{number}" for number in range(6600, 6700)))
    found, statements = statements_of(session, lambda: search.with_numbers(asked, COLUMNS))
    assert [one.id for _, one in found.values()] == [str(number) for number in range(6600, 6700)]
    assert statements <= 4
    texts = [f"nobody {letter}{number}" for letter in "abc" for number in range(10)] + ["no", "anonymous"] * 9
    texts += [f"{chr(first)}{chr(second)} nobody" for first in range(97, 117) for second in range(97, 102)]
    found, statements = statements_of(session, lambda: search.with_value(texts, COLUMNS))
    assert (found, statements) == (
        [],
        7,
    )  # one for the short text; for the others three, and a count before each


def test_numbers_with_too_many_candidates_are_looked_for_alone(session):
    add(session, *(contact(str(number), note=str(number), number="2045") for number in range(5)))
    add(session, contact("later", number="0 144556677"), contact("exact", number="0144556677"))
    for limit in range(1, 9):
        search = ContactSearch(session, CONTACTS, "ada", SearchLimits(max_number_candidates=limit))
        numbers = numbers_of("2045", "0144556677", "7")
        alone = {one.text: match for one in numbers if (match := search.with_number(one, COLUMNS))}
        assert search.with_numbers(numbers, COLUMNS) == alone, limit
