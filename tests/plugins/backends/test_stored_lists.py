"""The contacts of a phonebook and of a user without a term, on SQLite and PostgreSQL."""

from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO

import pytest

from stored import USER_CALLER, personal_service, stored
from xivo_dird.backend import MAX_LISTED_ENTRIES, StoredContacts
from xivo_dird.caller import UserCaller
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.search_dao import MAX_FETCHED_ROWS
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import QuestionRefused, SourceUnavailable
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.testing import CALLER, open_source
from xivo_dird_backends.personal import PersonalBackend
from xivo_dird_backends.phonebook import PhonebookBackend

TENANT = CALLER.tenant_uuid
OTHER_TENANT = "99999999-9999-4999-8999-999999999999"
USERLESS = replace(CALLER, user_uuid=None)
OTHER_USER_CALLER = UserCaller(TENANT, "77777777-7777-4777-8777-777777777777", TENANT)
OTHER_USER = replace(CALLER, user_uuid=OTHER_USER_CALLER.user_uuid, token="another")
NAMED_BY_ANOTHER = replace(CALLER, is_other_user=True, tenant_uuid=OTHER_TENANT)


@pytest.fixture
def other_process(db_uri):
    """Return the same database as another worker process opens it."""
    database = Database(db_uri)
    yield database
    database.close()


@pytest.fixture
def book(store):
    return PhonebookService(stored(store)).create(TENANT, PhonebookDraft(name="Suppliers"))


@pytest.fixture
def open_backend(tmp_path):
    opened = ExitStack()

    def open_backend(backend, contacts, **options):
        return opened.enter_context(open_source(backend, options, tmp_path, contacts=contacts))

    with opened:
        yield open_backend


@pytest.fixture
def open_book(store, open_backend):
    """Return a function that opens a source on a phonebook."""
    contacts = StoredContacts(PhonebookContactService(store, EventService(store)).contacts_of)
    return lambda uuid: open_backend(PhonebookBackend, contacts, phonebook_uuid=uuid)


@pytest.fixture
def personal(store, open_backend):
    """Open a source with personal contacts."""
    return open_backend(PersonalBackend, StoredContacts(of_caller=personal_service(store).contacts_of))


def names(source, caller=CALLER, page_size=2):
    return [contact.fields.get("name") for contact in source.browse("name", caller, page_size)]


def csv_file(*names):
    return CsvUpload(BytesIO("\n".join(["name", *names]).encode()), "utf-8")


def test_each_change_of_a_phonebook_by_any_process_is_listed(book, open_book, other_process):
    source, contacts = (
        open_book(book.uuid),
        PhonebookContactService(other_process, EventService(other_process)),
    )
    assert names(source) == []
    ada = contacts.create(TENANT, book.uuid, {"name": "Ada"})
    assert names(source) == ["Ada"]
    contacts.update(TENANT, book.uuid, ada.id, {"name": "Zoe"})
    assert names(source) == ["Zoe"]
    contacts.import_file(TENANT, book.uuid, csv_file("Bea", "adam", "Éric")).close()
    assert names(source) == ["adam", "Bea", "Éric", "Zoe"]
    contacts.remove(TENANT, book.uuid, ada.id)
    assert names(source) == ["adam", "Bea", "Éric"]
    assert source.count_groups("name").initials == {"0a": 1, "0b": 1, "0e": 1}


def test_each_change_of_personal_contacts_is_listed(personal, other_process):
    service = personal_service(other_process)
    ada = service.create(USER_CALLER, {"name": "Ada"})
    assert names(personal) == ["Ada"]
    service.update(USER_CALLER, ada.id, {"name": "Zoe"})
    assert names(personal) == ["Zoe"]
    service.import_file(USER_CALLER, csv_file("Bea", "adam")).created.close()
    assert names(personal) == ["adam", "Bea", "Zoe"]
    service.remove(USER_CALLER, ada.id)
    assert names(personal) == ["adam", "Bea"]
    service.remove_all(USER_CALLER.user_uuid)
    assert names(personal) == []


def test_a_user_lists_no_contacts_of_others(personal, store):
    service = personal_service(store)
    service.create(USER_CALLER, {"name": "Ada"})
    service.create(OTHER_USER_CALLER, {"name": "Bea"})
    for _ in range(2):  # also from the cache
        assert names(personal) == ["Ada"]
        assert names(personal, OTHER_USER) == ["Bea"]
        for caller in (USERLESS, NAMED_BY_ANOTHER):
            assert names(personal, caller) == []
            assert personal.count_groups("name", caller).initials.total() == 0


def test_personal_contacts_are_listed_as_they_are_shown(personal, store):
    personal_service(store).create(USER_CALLER, {"name": "Ada", "note": ""})
    (ada,) = personal.browse("note")
    assert ada.fields.keys() == {"id", "name"}
    assert ada.is_personal


def test_a_phonebook_that_is_gone_or_of_others_is_unavailable(book, store, open_book):
    phonebooks = PhonebookService(stored(store))
    other = phonebooks.create(OTHER_TENANT, PhonebookDraft(name="Other"))
    source = open_book(book.uuid)
    assert names(source) == []
    phonebooks.remove(TENANT, book.uuid)
    for uuid, gone in ((book.uuid, source), (other.uuid, open_book(other.uuid))):
        with pytest.raises(SourceUnavailable, match=f"the tenant has no phonebook {uuid}"):
            names(gone)


def test_contacts_are_read_in_batches_whatever_happens_meanwhile(book, store):
    service = PhonebookContactService(store, EventService(store))
    everybody = [f"n{number:05}" for number in range(MAX_FETCHED_ROWS + 5)]
    service.import_file(TENANT, book.uuid, csv_file(*everybody)).close()
    listed = service.contacts_of(TENANT, book.uuid).list_all()
    read = [next(listed)["name"]]
    service.create(TENANT, book.uuid, {"name": "new"})
    read += [entry["name"] for entry in listed]
    assert read == everybody
    assert len(list(service.contacts_of(TENANT, book.uuid).list_all())) == len(everybody) + 1


def test_a_phonebook_has_a_maximum_of_listed_contacts(book, store):
    service = PhonebookContactService(store, EventService(store))
    service.import_file(TENANT, book.uuid, csv_file("Ada", "Bea", "Cleo")).close()
    contacts = service.contacts_of(TENANT, book.uuid)
    assert contacts.max_listed == MAX_LISTED_ENTRIES
    assert contacts._replace(max_listed=3).list_version()
    with pytest.raises(QuestionRefused, match=r"^its 3 contacts are too many to be listed$"):
        contacts._replace(max_listed=2).list_version()
