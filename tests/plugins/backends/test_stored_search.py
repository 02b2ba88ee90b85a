"""Searches in stored contacts return exactly what a comparison with every contact would, on both databases."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stored import DATABASE_LIMITS, USER_CALLER, personal_service
from xivo_dird.backend import DialPlan, SearchTerm, TextMatch
from xivo_dird.contacts.owned import StoredOwnerContacts
from xivo_dird.contacts.search_dao import SearchLimits
from xivo_dird.database.engine import Database
from xivo_dird.testing import CALLER
from xivo_dird.text.keypad import TypedTerm

COLUMNS = ("name", "number")
ALPHABET = "aAbéE\u0301ßsS\u0130\u0131\u03c3\u03c2\u03a3. \x1f\xa0\t\u200d\u0640\u064a\u06cc\u0661\uff11ü\ud55c\u1112"
DIGITS = "0361 .-+()/"
TERMS = st.text(alphabet=ALPHABET + "%_\\", max_size=5) | st.text(alphabet=DIGITS, max_size=8)


def people():
    """Create random contacts, each with a column that is not searched."""
    rng = random.Random(5)
    for _ in range(200):
        name, number = ("".join(rng.choices(letters, k=rng.randrange(9))) for letters in (ALPHABET, DIGITS))
        yield {"name": name, "number": f"+33{number}" if rng.random() < 0.2 else number, "note": name[::-1]}


@pytest.fixture(params=[500, 0], ids=["scanned", "indexed"])
def contacts(request, db_uri):
    """Store the contacts of one user; return them as backends query them, and as they are."""
    database = Database(db_uri, DATABASE_LIMITS)
    service = personal_service(database)
    unique = list({tuple(person.items()): person for person in people()}.values())
    for person in unique:
        service.create(USER_CALLER, person)
    owner_contacts = service.contacts_of(CALLER)
    assert isinstance(owner_contacts, StoredOwnerContacts)
    yield owner_contacts._replace(limits=SearchLimits(max_scanned_rows=request.param)), unique
    database.close()


def without_id(entries):
    return [{name: text for name, text in entry.items() if name != "id"} for entry in entries]


def searched_texts(person):
    return [person[column] for column in COLUMNS]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TERMS, st.sampled_from(TextMatch), st.sampled_from([None, "FR", "US"]))
def test_a_search_agrees_with_comparing_every_contact(contacts, term, rule, country):
    owner_contacts, stored_people = contacts
    found = without_id(owner_contacts.search(term, COLUMNS, rule, DialPlan(country)))
    expected = SearchTerm(term, rule, DialPlan(country), has_wildcards=True).select(
        stored_people, searched_texts
    )
    first = owner_contacts.search(term, COLUMNS, rule, DialPlan(country), max_contacts=3)
    assert without_id(first) == expected[:3]
    assert found == expected


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="0123679", min_size=1, max_size=8), st.sampled_from([None, "FR"]))
def test_typed_digits_agree_with_comparing_every_contact(contacts, digits, country):
    owner_contacts, stored_people = contacts
    typed = TypedTerm(digits)
    found = without_id(owner_contacts.search_typed(digits, COLUMNS, DialPlan(country)))
    expected = [person for person in stored_people if any(map(typed.matches, searched_texts(person)))]
    assert found[: len(expected)] == expected
    for person in found[len(expected) :]:
        assert (
            SearchTerm(digits, TextMatch.CASE_INSENSITIVE, DialPlan(country)).rank(searched_texts(person))
            is not None
        )
