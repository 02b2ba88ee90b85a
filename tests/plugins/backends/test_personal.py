"""The personal backend on the daemon's own database, used through the public backend interface."""

from dataclasses import replace

import pytest

from stored import USER_CALLER, personal_service
from xivo_dird.backend import Environment, StoredContacts
from xivo_dird.testing import CALLER, BackendContract, open_source
from xivo_dird_backends.personal import PersonalBackend

OPTIONS = {"searched_columns": ["name", "note"], "first_matched_columns": ["number", "mobile"]}
PEOPLE = [
    {"name": "Ada Stern", "number": "2045", "note": ""},
    {"name": "Adam", "number": "AbC", "mobile": "2046"},
    {"name": "Zo\xeb", "number": ""},
]
WITHOUT_USER = replace(CALLER, user_uuid=None)
OTHER_USER = replace(CALLER, user_uuid="77777777-7777-4777-8777-777777777777")


@pytest.fixture
def contacts(database):
    """Add contacts of the caller."""
    service = personal_service(database)
    for person in PEOPLE:
        service.create(USER_CALLER, person)
    return StoredContacts(of_caller=service.contacts_of)


@pytest.fixture
def personal_source(contacts, tmp_path):
    """Open a source with the contacts."""
    with open_source(PersonalBackend, OPTIONS, tmp_path, contacts=contacts) as source:
        yield source


class TestPersonal(BackendContract):
    """The tests of every backend, with the contacts of one user."""

    backend, options, term, exten = PersonalBackend, OPTIONS, "ada", "2045"

    @pytest.fixture
    def source(self, personal_source):
        return personal_source

    def test_the_source_is_queried_in_the_calling_thread(self, source):
        source.search("a")
        assert not source.is_blocking


@pytest.mark.parametrize("caller", [WITHOUT_USER, OTHER_USER], ids=["no user", "another user"])
def test_other_callers_find_nothing(personal_source, caller):
    (ada,) = personal_source.search("ada s")
    assert not [
        *personal_source.search("ada", caller),
        *personal_source.search("", caller),
        *personal_source.fetch([ada.source_entry_id], caller),
    ]
    assert personal_source.first_match("2045", caller) is None


def test_empty_fields_are_left_out(personal_source):
    (ada,) = personal_source.search("ada s")
    assert dict(ada.fields) == {"name": "Ada Stern", "number": "2045", "id": ada.source_entry_id}
    (zoe,) = personal_source.search("zoe")
    assert sorted(zoe.fields) == ["id", "name"]


def test_numbers_match_exactly(personal_source):
    for exten in ("abc", "204", " 2045", "Ada Stern", ""):
        assert personal_source.first_match(exten) is None
    assert personal_source.first_match("AbC") is not None


def test_match_all_returns_the_first_match_of_each_number(contacts, tmp_path):
    options = PersonalBackend.Options.model_validate({**OPTIONS, "name": "personal"})
    environment = Environment("source", CALLER.tenant_uuid, PersonalBackend.Settings(), tmp_path, contacts)
    backend = PersonalBackend(options, environment)
    found = backend.match_all(["2045", "2046", "AbC", "abc", "nobody", "None", ""], CALLER)
    assert {exten: entry["name"] for exten, entry in found.items()} == {
        "2045": "Ada Stern",
        "2046": "Adam",
        "AbC": "Adam",
    }
    assert all(backend.first_match(exten, CALLER) == entry for exten, entry in found.items())
    assert backend.match_all(["2045"], WITHOUT_USER) == {}
