"""The phonebook backend on the daemon's own database, used through the public backend interface."""

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
def open_phonebook(contacts, tmp_path):
    """Return a function that opens a source of the caller's tenant on a phonebook."""
    sources = ExitStack()

    def open_phonebook_source(phonebook_uuid):
        options = {**OPTIONS, "phonebook_uuid": phonebook_uuid}
        stored_contacts = StoredContacts(contacts.contacts_of)
        return sources.enter_context(
            open_source(PhonebookBackend, options, tmp_path, contacts=stored_contacts)
        )

    yield open_phonebook_source
    sources.close()


class TestPhonebook(BackendContract):
    """The tests of every backend, with a phonebook of three contacts."""

    backend, options, term, exten = PhonebookBackend, OPTIONS, "ada", "2045"

    @pytest.fixture
    def source(self, open_phonebook, phonebook):
        return open_phonebook(phonebook.uuid)

    def test_the_options_need_a_name(self):
        """Override: these options need none, since the source is named after its phonebook."""
        for options in ({}, {"name": 5}, {"name": ""}, {"name": None}):
            assert PhonebookOptions.model_validate({"phonebook_uuid": UNKNOWN, **options}).name

    def test_the_source_is_queried_in_the_calling_thread(self, source):
        source.search("a")
        assert not source.is_blocking


def test_match_all_is_case_sensitive_where_first_match_is_not(phonebook, contacts, tmp_path, open_phonebook):
    source = open_phonebook(phonebook.uuid)
    assert source.first_match("abc") is not None
    options = PhonebookOptions.model_validate({**OPTIONS, "phonebook_uuid": phonebook.uuid})
    backend = PhonebookBackend(options, _environment(contacts, tmp_path))
    found = backend.match_all(["2045", "abc", "AbC", "nobody", ""], CALLER)
    assert {exten: entry["name"] for exten, entry in found.items()} == {"2045": "Ada Stern", "AbC": "Adam"}


def test_a_phonebook_of_another_tenant_is_unavailable(database, open_phonebook):
    other = PhonebookService(stored(database)).create(UNKNOWN, PhonebookDraft(name="Other"))
    for uuid in (other.uuid, UNKNOWN):
        with pytest.raises(SourceUnavailable, match="no phonebook"):
            open_phonebook(uuid).search("ada")


def _environment(contacts, folder):
    stored_contacts = StoredContacts(contacts.contacts_of)
    return Environment("source", CALLER.tenant_uuid, PhonebookBackend.Settings(), folder, stored_contacts)
