"""The contacts of one owner, as backends query them."""

import pytest

from unit.contacts.conftest import add, contact
from xivo_dird.backend import AlternateSpelling, MatchRank, TextMatch
from xivo_dird.contacts.owned import EmptyContacts, StoredOwnerContacts
from xivo_dird.contacts.search_dao import SearchLimits
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.personal.dao import CONTACTS

FRANCE = DialPlan("FR")
NAME, NUMBER = ["name"], ["number"]
ANY_CASE = TextMatch.CASE_INSENSITIVE
ADA = {"id": "a1", "name": "Ada Stern", "number": "+33 1 44 55 66 77", "note": "boss"}
BOB = {"id": "b2", "name": "Bob", "number": "2045"}


def last_sequence(session):
    """Return what is the last event of a database without changes."""
    return 7


def queries(contacts):
    """Return what each query finds."""
    number = RequestedNumber("0144556677", FRANCE)
    return [
        contacts.search("stern", NAME, ANY_CASE),
        contacts.search("boss", NAME, ANY_CASE),
        contacts.search("0144556677", NUMBER, ANY_CASE, FRANCE),
        contacts.search("0144556677", NUMBER, ANY_CASE),
        contacts.search_typed("0144", NUMBER, FRANCE),
        contacts.search_typed("0144", NUMBER),
        contacts.search_typed("262", NAME),
        contacts.search_similar("stren", NAME),
        contacts.search_similar("stren", NUMBER),
        contacts.with_value(["bob", "2045"], NAME),
        contacts.with_value(["boss"], NAME),
        contacts.fetch(["b2", "c3", "nobody"]),
        contacts.with_number(number, NUMBER),
        contacts.with_number(number, NAME),
    ]


@pytest.fixture
def table(database):
    with database.changing() as session:
        for owner, uuid, fields in (("ada", "a1", ADA), ("ada", "b2", BOB), ("bea", "c3", ADA)):
            texts = {name: text for name, text in fields.items() if name != "id"}
            add(session, contact(uuid, **texts), owner=owner)
    return CONTACTS


def test_each_query_finds_entries_of_the_owner(database, table):
    found = queries(StoredOwnerContacts(database, table, "ada", last_sequence))
    assert found == [
        *([ADA], [], [ADA], [], [ADA], [], [BOB], [ADA], [], [BOB], [], [BOB]),
        AlternateSpelling(ADA),
        None,
    ]
    dialled = found[-2]
    assert isinstance(dialled, AlternateSpelling)
    assert dialled.rank == MatchRank.DIALLED


def test_an_owner_who_is_unknown_is_refused_in_each_query(database, table):
    def check(session):
        assert CONTACTS.count(session, "ada") == 2
        raise SourceUnavailable("no phonebook")

    contacts = StoredOwnerContacts(database, table, "ada", last_sequence, check)
    for query in (
        lambda: contacts.search("stern", NAME, ANY_CASE),
        lambda: contacts.search_typed("262", NAME),
        lambda: contacts.search_similar("stren", NAME),
        lambda: contacts.with_value(["bob"], NAME),
        lambda: contacts.with_number(RequestedNumber("2045", FRANCE), NUMBER),
        lambda: contacts.fetch(["b2"]),
        contacts.list_version,
        lambda: list(contacts.list_all()),
    ):
        with pytest.raises(SourceUnavailable, match=r"^no phonebook$"):
            query()


def test_the_limits_are_those_of_the_searches(database, table):
    contacts = StoredOwnerContacts(
        database, table, "ada", last_sequence, limits=SearchLimits(max_number_candidates=0)
    )
    assert contacts.with_number(RequestedNumber("2045", FRANCE), NUMBER) is None


def test_an_owner_without_contacts_has_none(database):
    empty = [*([()] * 12), None, None]
    assert queries(EmptyContacts()) == empty
    assert queries(StoredOwnerContacts(database, CONTACTS, "ada", last_sequence)) == [
        *([[]] * 12),
        None,
        None,
    ]
