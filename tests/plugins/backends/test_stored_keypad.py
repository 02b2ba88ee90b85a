"""Keypad searches and searches with typing errors in stored contacts, on both kinds of database."""

import pytest

from stored import DATABASE_LIMITS, stored
from xivo_dird.backend import Environment, StoredContacts
from xivo_dird.contacts.search_dao import SearchLimits
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.testing import CALLER
from xivo_dird_backends.phonebook import PhonebookBackend

NAMES = ["Ada Stern", "Zoé O'Neil", "Jean-Luc", "田中", "Bea", "D\u2019Arc"]
NUMBERS = ["2045", "+33 1 44 55", "(01)232", "232", "01-23-2", "x"]
NAMES_BY_DIGITS = {
    "232": ["Ada Stern", "Jean-Luc", "田中", "Bea"],
    "78376": ["Ada Stern"],
    "66345": ["Zoé O'Neil"],
    "963": ["Zoé O'Neil"],
    "582": ["Jean-Luc"],
    "3272": ["D\u2019Arc"],
    "1445": ["Zoé O'Neil"],
    "0123": ["Jean-Luc", "Bea"],
    "2": ["Ada Stern", "Jean-Luc", "田中", "Bea", "D\u2019Arc"],
    "99999": [],
    "0" * 500: [],
}


@pytest.fixture(params=[500, 0], ids=["scanned", "indexed"])
def backend(request, db_uri, tmp_path):
    """Create a backend on a phonebook with these people; another phonebook has the same people."""
    limits = SearchLimits(max_scanned_rows=request.param)
    database = Database(db_uri, DATABASE_LIMITS)
    phonebooks = PhonebookService(stored(database))
    service = PhonebookContactService(database, EventService(database))
    other, searched = [
        phonebooks.create(CALLER.tenant_uuid, PhonebookDraft(name=name)) for name in ("other", "searched")
    ]
    for phonebook in (other, searched):
        for name, number in zip(NAMES, NUMBERS, strict=True):
            service.create(
                CALLER.tenant_uuid, phonebook.uuid, {"name": name, "number": number, "note": "979"}
            )
    options = PhonebookBackend.Options.model_validate(
        {"phonebook_uuid": searched.uuid, "searched_columns": ["name", "number"]}
    )
    contacts = StoredContacts(of_phonebook=lambda *owner: service.contacts_of(*owner)._replace(limits=limits))
    settings = PhonebookBackend.Settings()
    yield PhonebookBackend(options, Environment("source", CALLER.tenant_uuid, settings, tmp_path, contacts))
    database.close()


def test_names_and_numbers_are_found_in_any_notation(backend):
    for digits, names in NAMES_BY_DIGITS.items():
        assert [entry["name"] for entry in backend.search_typed(digits, CALLER)] == names, digits


def test_columns_that_are_not_searched_are_ignored(backend):
    assert list(backend.search_typed("979", CALLER)) == []


def test_names_are_found_despite_typing_errors(backend):
    for term, names in {
        "stren": ["Ada Stern"],
        "zoe oneill": ["Zoé O'Neil"],
        "jaen luc": ["Jean-Luc"],
    }.items():
        assert [entry["name"] for entry in backend.search_similar(term, CALLER)] == names, term
    for term in ("xyzzy", "2046", "979", "", "%", "x" * 10_000):
        assert list(backend.search_similar(term, CALLER)) == []
