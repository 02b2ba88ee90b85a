"""The phonebook backend against the daemon's own store, through the door of every backend."""

import pytest

from stored import stored
from xivo_dird.backend import Environment, StoredContacts
from xivo_dird.database.engine import Database
from xivo_dird.directory.breaker import BreakerLimits
from xivo_dird.directory.question import FirstMatch, Search
from xivo_dird.directory.registry import InstalledBackend, Registry
from xivo_dird.directory.source import SourceLimits
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.sources.model import Source
from xivo_dird.testing import CALLER, BackendContract
from xivo_dird_backends.phonebook import PhonebookBackend, PhonebookOptions

OPTIONS = {"searched_columns": ["name"], "first_matched_columns": ["number", "mobile"]}
UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def store(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'dird.db'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def contacts(store):
    return PhonebookContactService(store, EventService(store))


@pytest.fixture
def phonebook(store, contacts):
    phonebooks = PhonebookService(*stored(store))
    phonebook = phonebooks.create(CALLER.tenant_uuid, PhonebookDraft(name="Suppliers"))
    for name, number in (("Ada Stern", "2045"), ("Adam", "AbC"), ("Zo\xeb", None)):
        contacts.create(CALLER.tenant_uuid, phonebook.uuid, {"name": name, "number": number})
    return phonebook


@pytest.fixture
def live(contacts, tmp_path):
    """Open a source on a phonebook, of the caller's tenant or another one."""
    backend = InstalledBackend(PhonebookBackend, PhonebookBackend.Settings())
    limits = SourceLimits(workers=4, queue=64, breaker=BreakerLimits(3, 0.1, 1.0))
    registry = Registry({"phonebook": backend}, limits, tmp_path, StoredContacts(contacts.contacts_of))

    def make(phonebook_uuid, tenant_uuid=CALLER.tenant_uuid):
        options = {**OPTIONS, "phonebook_uuid": phonebook_uuid}
        return registry.live(Source(phonebook_uuid, tenant_uuid, "Suppliers", "phonebook", options))

    yield make
    registry.close()


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
        source.answer(Search("a"), CALLER, 1.0)
        assert not source.waits


def test_match_all_compares_the_case_where_first_match_does_not(phonebook, contacts, tmp_path, live):
    source = live(phonebook.uuid)
    assert len(source.answer(FirstMatch("abc"), CALLER, 1.0)) == 1
    options = PhonebookOptions.model_validate({**OPTIONS, "phonebook_uuid": phonebook.uuid})
    backend = PhonebookBackend(options, _environment(contacts, tmp_path))
    found = backend.match_all(["2045", "abc", "AbC", "nobody", ""], CALLER)
    assert {exten: entry["name"] for exten, entry in found.items()} == {"2045": "Ada Stern", "AbC": "Adam"}


def test_a_phonebook_of_another_tenant_cannot_be_asked(phonebook, live):
    for uuid, tenant_uuid in ((phonebook.uuid, UNKNOWN), (UNKNOWN, CALLER.tenant_uuid)):
        with pytest.raises(SourceUnavailable, match="no phonebook"):
            live(uuid, tenant_uuid).answer(Search("ada"), CALLER, 1.0)


def _environment(contacts, folder):
    stored = StoredContacts(contacts.contacts_of)
    return Environment("source", CALLER.tenant_uuid, PhonebookBackend.Settings(), folder, stored)
