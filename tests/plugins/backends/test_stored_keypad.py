"""Stored contacts are found by what was typed on a keypad, or with a typing error, on both stores."""

import pytest

from stored import stored
from xivo_dird.backend import Environment, StoredContacts
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.testing import CALLER
from xivo_dird_backends.phonebook import PhonebookBackend

NAMES = ["Ada Stern", "Zoé O'Neil", "Jean-Luc", "田中", "Bea", "D\u2019Arc"]
NUMBERS = ["2045", "+33 1 44 55", "(01)232", "232", "01-23-2", "x"]
ASKED = {
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


@pytest.fixture(params=[500, 0], ids=["of few", "of many"])
def backend(request, db_uri, tmp_path, monkeypatch):
    """Make a backend on a phonebook of these people; another phonebook has them too."""
    monkeypatch.setattr("xivo_dird.database.text_index._FEW", request.param)
    database = Database(db_uri)
    phonebooks = PhonebookService(stored(database))
    service = PhonebookContactService(database, EventService(database))
    other, mine = [phonebooks.create(CALLER.tenant_uuid, PhonebookDraft(name=name)) for name in "ab"]
    for phonebook in (other, mine):
        for name, number in zip(NAMES, NUMBERS, strict=True):
            service.create(
                CALLER.tenant_uuid, phonebook.uuid, {"name": name, "number": number, "note": "979"}
            )
    options = PhonebookBackend.Options.model_validate(
        {"phonebook_uuid": mine.uuid, "searched_columns": ["name", "number"]}
    )
    contacts = StoredContacts(of_phonebook=service.contacts_of)
    settings = PhonebookBackend.Settings()
    yield PhonebookBackend(options, Environment("source", CALLER.tenant_uuid, settings, tmp_path, contacts))
    database.close()


def test_words_and_numbers_are_found_however_they_are_written(backend):
    for digits, names in ASKED.items():
        assert [entry["name"] for entry in backend.search_typed(digits, CALLER)] == names, digits


def test_other_columns_play_no_part(backend):
    assert list(backend.search_typed("979", CALLER)) == []


def test_typing_errors_are_forgiven(backend):
    for term, names in {
        "stren": ["Ada Stern"],
        "zoe oneill": ["Zoé O'Neil"],
        "jaen luc": ["Jean-Luc"],
    }.items():
        assert [entry["name"] for entry in backend.search_similar(term, CALLER)] == names, term
    for term in ("xyzzy", "2046", "979", "", "%", "x" * 10_000):
        assert list(backend.search_similar(term, CALLER)) == []
