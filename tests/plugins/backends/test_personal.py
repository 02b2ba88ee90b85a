"""The personal backend against the daemon's own store, through the door of every backend."""

from dataclasses import replace

import pytest

from stored import personal_service
from xivo_dird.backend import Environment, StoredContacts
from xivo_dird.testing import CALLER, BackendContract, open_source
from xivo_dird_backends.personal import PersonalBackend

OPTIONS = {"searched_columns": ["name", "note"], "first_matched_columns": ["number", "mobile"]}
PEOPLE = [
    {"name": "Ada Stern", "number": "2045", "note": ""},
    {"name": "Adam", "number": "AbC", "mobile": "2046"},
    {"name": "Zo\xeb", "number": ""},
]
NOBODY = replace(CALLER, user_uuid=None)
SOMEBODY_ELSE = replace(CALLER, user_uuid="77777777-7777-4777-8777-777777777777")


@pytest.fixture
def contacts(database):
    """Keep some people of the caller."""
    service = personal_service(database)
    assert CALLER.user_uuid is not None
    for person in PEOPLE:
        service.create(CALLER.tenant_uuid, CALLER.user_uuid, person)
    return StoredContacts(of_user=service.contacts_of)


@pytest.fixture
def live(contacts, tmp_path):
    with open_source(PersonalBackend, OPTIONS, tmp_path, contacts=contacts) as source:
        yield source


class TestPersonal(BackendContract):
    """The contract of every backend, on the contacts of one user."""

    backend, options, term, exten = PersonalBackend, OPTIONS, "ada", "2045"

    @pytest.fixture
    def source(self, live):
        return live

    def test_it_answers_in_the_asking_thread(self, source):
        source.search("a")
        assert not source.waits


@pytest.mark.parametrize("caller", [NOBODY, SOMEBODY_ELSE], ids=["no user", "another user"])
def test_nobody_else_finds_anything(live, caller):
    (ada,) = live.search("ada s")
    assert not [
        *live.search("ada", caller),
        *live.search("", caller),
        *live.fetch([ada.source_entry_id], caller),
    ]
    assert live.first_match("2045", caller) is None


def test_empty_fields_are_left_out(live):
    (ada,) = live.search("ada s")
    assert dict(ada.fields) == {"name": "Ada Stern", "number": "2045", "id": ada.source_entry_id}
    (zoe,) = live.search("zoe")
    assert sorted(zoe.fields) == ["id", "name"]


def test_numbers_match_exactly(live):
    for exten in ("abc", "204", " 2045", "Ada Stern", ""):
        assert live.first_match(exten) is None
    assert live.first_match("AbC") is not None


def test_match_all_answers_the_same_as_first_match_for_each(contacts, tmp_path):
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
    assert backend.match_all(["2045"], NOBODY) == {}
