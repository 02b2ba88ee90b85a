"""Lookups of stored contacts by a number in any spelling, on both kinds of database, within one owner."""

from dataclasses import replace

import pytest

from stored import DATABASE_LIMITS, USER_CALLER, personal_service, stored
from xivo_dird.backend import AlternateSpelling, DialPlan, Environment, StoredContacts
from xivo_dird.contacts.content import content_of
from xivo_dird.contacts.search_dao import DEFAULT_SEARCH_LIMITS, SearchLimits
from xivo_dird.database.contact_keys import number_key_range, value_keys
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService
from xivo_dird.numbers.written import digit_keys
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.testing import CALLER, HOSTILE_NUMBERS
from xivo_dird_backends.personal import PersonalBackend
from xivo_dird_backends.phonebook import PhonebookBackend

MATCHED_COLUMNS = ["number", "mobile"]
PEOPLE = [
    {"name": "Ada", "number": "1001", "mobile": "06.12.34.56.78"},
    {"name": "Ivo", "number": "+33 (0)1 44 55 66 77"},
    {"name": "Zoe", "number": "0033144556677"},
    {"name": "Eve", "note": "+33 3 44 55 66 77"},
]
LOOKUPS = [
    ("+33612345678", "FR", "Ada"),
    ("tel:+33-6-12-34-56-78", "FR", "Ada"),
    ("0144556677", "FR", "Ivo"),
    ("0033144556677", "FR", "Zoe"),
    ("+33144556677", None, "Ivo"),
    ("0144556677", "DE", None),
    ("0344556677", "FR", None),
    ("1001", "FR", "Ada"),
    ("01001", "FR", None),
    ("+331001", "FR", None),
]


@pytest.fixture
def store(db_uri):
    database = Database(db_uri, DATABASE_LIMITS)
    yield database
    database.close()


@pytest.fixture
def phonebook(store, tmp_path):
    """Create a phonebook with these people, and another one; return a function that makes a backend on the first."""
    phonebooks = PhonebookService(stored(store))
    service = PhonebookContactService(store, EventService(store))
    searched, other = [
        phonebooks.create(CALLER.tenant_uuid, PhonebookDraft(name=name)) for name in ("searched", "other")
    ]
    service.create(CALLER.tenant_uuid, other.uuid, {"name": "Mallory", "number": "01 44 55 66 77"})
    for person in PEOPLE:
        service.create(CALLER.tenant_uuid, searched.uuid, person)

    def create_backend(country, limits=DEFAULT_SEARCH_LIMITS):
        options = PhonebookBackend.Options.model_validate(
            {"phonebook_uuid": searched.uuid, "first_matched_columns": MATCHED_COLUMNS}
        )
        contacts = StoredContacts(
            of_phonebook=lambda *owner: service.contacts_of(*owner)._replace(limits=limits)
        )
        settings = PhonebookBackend.Settings()
        return PhonebookBackend(
            options,
            Environment(
                "source", CALLER.tenant_uuid, settings, tmp_path, contacts, lambda: DialPlan(country)
            ),
        )

    return create_backend


@pytest.fixture
def personal(store, tmp_path):
    """Add contacts of the caller and one of another user; return a function that makes a personal backend."""
    service = personal_service(store)
    service.create(replace(USER_CALLER, user_uuid="another"), {"name": "Mallory", "number": "01 44 55 66 77"})
    for person in PEOPLE:
        service.create(USER_CALLER, person)

    def create_backend(country):
        options = PersonalBackend.Options(name="personal", first_matched_columns=MATCHED_COLUMNS)
        contacts = StoredContacts(of_caller=service.contacts_of)
        settings = PersonalBackend.Settings()
        return PersonalBackend(
            options,
            Environment(
                "source", CALLER.tenant_uuid, settings, tmp_path, contacts, lambda: DialPlan(country)
            ),
        )

    return create_backend


@pytest.fixture(params=["phonebook", "personal"])
def backend_in(request, phonebook, personal):
    """Return a function that makes a backend in a country."""
    return {"phonebook": phonebook, "personal": personal}[request.param]


def test_the_oldest_contact_with_the_number_in_the_country_is_found(backend_in):
    for exten, country, name in LOOKUPS:
        entry = backend_in(country).first_match(exten, CALLER)
        assert (entry and entry["name"]) == name, (exten, country)
        assert backend_in(country).match_all([exten], CALLER) == ({} if entry is None else {exten: entry})


def test_only_an_alternate_spelling_is_marked_as_such(backend_in):
    backend = backend_in("FR")
    assert not isinstance(backend.first_match("0033144556677", CALLER), AlternateSpelling)
    assert isinstance(backend.first_match("+33144556677", CALLER), AlternateSpelling)


def test_many_numbers_are_matched_in_one_call(backend_in):
    found = backend_in("FR").match_all(
        ["0144556677", "0033144556677", "1001", "2002", "+33612345678"], CALLER
    )
    assert {exten: entry["name"] for exten, entry in found.items()} == {
        "0144556677": "Ivo",
        "0033144556677": "Zoe",
        "1001": "Ada",
        "+33612345678": "Ada",
    }


def test_a_hostile_number_finds_nothing(backend_in):
    backend = backend_in("FR")
    for exten in HOSTILE_NUMBERS:
        assert backend.first_match(exten, CALLER) is None


def test_a_changed_number_is_found_by_its_new_value_only(store, phonebook):
    backend = phonebook("FR")
    service = PhonebookContactService(store, EventService(store))
    ivo = backend.first_match("0144556677", CALLER)
    phonebook_uuid = str(backend.options.phonebook_uuid)
    service.update(CALLER.tenant_uuid, phonebook_uuid, ivo["id"], {"name": "Ivo", "number": "02 44 55 66 77"})
    assert backend.first_match("+33244556677", CALLER)["name"] == "Ivo"
    assert backend.first_match("0144556677", CALLER)["name"] == "Zoe"


def test_the_number_of_compared_candidates_is_limited(phonebook):
    backend = phonebook("FR", SearchLimits(max_number_candidates=1))
    assert backend.first_match("+33144556677", CALLER)["name"] == "Ivo"
    assert backend.first_match("0033144556677", CALLER)["name"] == "Zoe"
    assert backend.first_match("+33 9 99 55 66 77", CALLER) is None


def test_a_key_is_in_the_range_of_its_spellings_for_its_owner_only():
    (digits,) = digit_keys("+33144556677")
    first, last = number_key_range("owner", digits)
    (key,) = value_keys("owner", "0144556677")
    assert first <= key <= last < 2**63
    assert not first <= value_keys("other", "0144556677")[0] <= last
    assert content_of("owner", {"a": "0144556677", "b": "01 44 55 66 77", "c": "Ada"}).keys == {
        *value_keys("owner", "0144556677"),
        *value_keys("owner", "01 44 55 66 77"),
    }
    assert len(value_keys("owner", "01 44 55 66 77 / 06 12 34 56 78")) == 2
