"""The phonebook backend against the daemon's own database, through the door of every backend."""

from contextlib import ExitStack

import pytest

from stored import stored
from xivo_dird.backend import Environment, StoredContacts
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.testing import CALLER, BackendContract, open_source
from xivo_dird_backends.phonebook import PhonebookBackend, PhonebookOptions

OPTIONS = {"searched_columns": ["name"], "first_matched_columns": ["number", "mobile"]}
UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def contacts(database):
    return PhonebookContactService(database, EventService(database))


@pytest.fixture
def phonebook(database, contacts):
    phonebooks = PhonebookService(stored(database))
    phonebook = phonebooks.create(CALLER.tenant_uuid, PhonebookDraft(name="Suppliers"))
    for name, number in (("Ada Stern", "2045"), ("Adam", "AbC"), ("Zo\xeb", None)):
        contacts.create(CALLER.tenant_uuid, phonebook.uuid, {"name": name, "number": number})
    return phonebook


@pytest.fixture
def live(contacts, tmp_path):
    """Open a source of the caller's tenant on a phonebook."""
    opened = ExitStack()

    def make(phonebook_uuid):
        options = {**OPTIONS, "phonebook_uuid": phonebook_uuid}
        kept = StoredContacts(contacts.contacts_of)
        return opened.enter_context(open_source(PhonebookBackend, options, tmp_path, contacts=kept))

    yield make
    opened.close()


class TestPhonebook(BackendContract):
    """The contract of every backend, on a phonebook of three."""

    backend, options, term, exten = PhonebookBackend, OPTIONS, "ada", "2045"

    @pytest.fixture
    def source(self, live, phonebook):
        return live(phonebook.uuid)

    def test_the_options_need_a_name(self):
        """Here they do not: the source is named after its phonebook, whatever is given."""
        for given in ({}, {"name": 5}, {"name": ""}, {"name": None}):
            assert PhonebookOptions.model_validate({"phonebook_uuid": UNKNOWN, **given}).name

    def test_it_answers_in_the_asking_thread(self, source):
        source.search("a")
        assert not source.waits


def test_match_all_compares_the_case_where_first_match_does_not(phonebook, contacts, tmp_path, live):
    source = live(phonebook.uuid)
    assert source.first_match("abc") is not None
    options = PhonebookOptions.model_validate({**OPTIONS, "phonebook_uuid": phonebook.uuid})
    backend = PhonebookBackend(options, _environment(contacts, tmp_path))
    found = backend.match_all(["2045", "abc", "AbC", "nobody", ""], CALLER)
    assert {exten: entry["name"] for exten, entry in found.items()} == {"2045": "Ada Stern", "AbC": "Adam"}


def test_a_phonebook_of_another_tenant_cannot_be_asked(database, live):
    foreign = PhonebookService(stored(database)).create(UNKNOWN, PhonebookDraft(name="Foreign"))
    for uuid in (foreign.uuid, UNKNOWN):
        with pytest.raises(SourceUnavailable, match="no phonebook"):
            live(uuid).search("ada")


def _environment(contacts, folder):
    stored = StoredContacts(contacts.contacts_of)
    return Environment("source", CALLER.tenant_uuid, PhonebookBackend.Settings(), folder, stored)
