"""Every change is an event, recorded with it: what each tells, and that a change that fails tells nothing."""

import pytest

from api.conftest import TENANT, USER
from api.events import events_of, feed
from api.favorites import favorite
from api.rest import created
from xivo_dird.config.masking import MASK


def names(daemon, act):
    return [name for name, _ in events_of(daemon, act)]


def test_favorites_are_told_as_the_contract_says(daemon):
    told = {"xivo_uuid": None, "user_uuid": USER, "source": "crew", "source_entry_id": "17"}
    added = events_of(daemon, lambda: favorite(daemon, "PUT", "crew/17"))
    assert added == [("favorite_added", told)]
    deleted = events_of(daemon, lambda: favorite(daemon, "DELETE", "crew/17"))
    assert deleted == [("favorite_deleted", told)]


def test_personal_contacts_are_told_with_all_their_fields(daemon):
    body = {"id": "a", "firstname": "Ada"}
    told = {"user_uuid": USER, "contact": body}
    assert events_of(daemon, lambda: created(daemon, "/personal", body)) == [
        ("personal_contact_created", told)
    ]
    changed = {"firstname": "Eva"}
    updated = events_of(daemon, lambda: daemon.request("PUT", "/0.1/personal/a", json=changed))
    told = {"user_uuid": USER, "contact": {**changed, "id": "a"}}
    assert updated == [("personal_contact_updated", told)]
    deleted = events_of(daemon, lambda: daemon.request("DELETE", "/0.1/personal/a"))
    assert deleted == [("personal_contact_deleted", told)]


def test_an_import_and_a_purge_are_one_event_each(daemon):
    file = "id,firstname\na,Ada\nb,Ivo\nb,Ivo\n"
    imported = events_of(daemon, lambda: daemon.request("POST", "/0.1/personal/import", data=file))
    assert imported == [("personal_contacts_imported", {"user_uuid": USER, "count": 2, "ids": ["a", "b"]})]
    assert events_of(daemon, lambda: daemon.request("POST", "/0.1/personal/import", data=file)) == []
    purged = events_of(daemon, lambda: daemon.request("DELETE", "/0.1/personal"))
    assert purged == [("personal_contacts_purged", {"user_uuid": USER, "count": 2})]
    assert events_of(daemon, lambda: daemon.request("DELETE", "/0.1/personal")) == []


def test_phonebooks_and_their_contacts_are_told_whole(daemon):
    before = feed(daemon, "now", limit=1)["next"]
    book = created(daemon, "/phonebooks", {"name": "Suppliers"})
    path = f"/0.1/phonebooks/{book['uuid']}"
    contact = created(daemon, f"{path[4:]}/contacts", {"name": "Ada"})
    daemon.request("PUT", f"{path}/contacts/{contact['id']}", json={"name": "Eva"})
    daemon.request("DELETE", f"{path}/contacts/{contact['id']}")
    imported = daemon.request("POST", f"{path}/contacts/import", data="name\nIvo\nUte\n").json
    daemon.request("PUT", path, json={"name": "Sellers"})
    daemon.request("DELETE", path)
    told = [(event["name"], event["data"]) for event in feed(daemon, before)["items"]]
    uuid = {"phonebook_uuid": book["uuid"]}
    changed = {"name": "Eva", "id": contact["id"]}
    ids = [each["id"] for each in imported["created"]]
    renamed = {**book, "name": "Sellers"}
    assert told == [
        ("phonebook_created", {"phonebook": book}),
        ("phonebook_contact_created", {**uuid, "contact": contact}),
        ("phonebook_contact_updated", {**uuid, "contact": changed}),
        ("phonebook_contact_deleted", {**uuid, "contact": changed}),
        ("phonebook_contacts_imported", {**uuid, "count": 2, "ids": ids}),
        ("phonebook_updated", {"phonebook": renamed}),
        ("phonebook_deleted", {"phonebook": renamed}),
    ]


SOURCE = {
    "name": "staff",
    "ldap_uri": "ldap://127.0.0.1:1",
    "ldap_base_dn": "dc=example",
    "ldap_username": "cn=reader",
    "ldap_password": "s3cret",
}


def test_sources_are_told_without_their_secrets(daemon):
    ((name, told),) = events_of(daemon, lambda: created(daemon, "/backends/ldap/sources", SOURCE))
    assert name == "source_created"
    assert (told["source"]["name"], told["source"]["backend"]) == ("staff", "ldap")
    assert told["source"]["options"]["ldap_password"] == MASK
    path = f"/0.1/backends/ldap/sources/{told['source']['uuid']}"
    assert names(daemon, lambda: daemon.request("PUT", path, json=SOURCE)) == ["source_updated"]
    assert names(daemon, lambda: daemon.request("DELETE", path)) == ["source_deleted"]
    assert "s3cret" not in str(feed(daemon))


def test_displays_and_profiles_are_told_as_they_are_read(daemon):
    display = {"name": "desk 2", "columns": [{"field": "name"}]}
    ((name, told),) = events_of(daemon, lambda: created(daemon, "/displays", display))
    assert (name, told["display"]["columns"][0]["field"]) == ("display_created", "name")
    shown = f"/displays/{told['display']['uuid']}"
    assert daemon.get(shown).json == told["display"]
    profile = {"name": "desk 2", "display": {"uuid": told["display"]["uuid"]}, "services": {}}
    ((name, told),) = events_of(daemon, lambda: created(daemon, "/profiles", profile))
    assert name == "profile_created"
    path = f"/profiles/{told['profile']['uuid']}"
    assert daemon.get(path).json == told["profile"]
    assert names(daemon, lambda: daemon.request("PUT", f"/0.1{path}", json=profile)) == ["profile_updated"]
    assert names(daemon, lambda: daemon.request("DELETE", f"/0.1{path}")) == ["profile_deleted"]
    assert names(daemon, lambda: daemon.request("PUT", f"/0.1{shown}", json=display)) == ["display_updated"]
    assert names(daemon, lambda: daemon.request("DELETE", f"/0.1{shown}")) == ["display_deleted"]


def test_what_the_configuration_declares_is_told_once(daemon):
    told = [event["name"] for event in feed(daemon)["items"]]
    assert told == ["source_created", "display_created", *["profile_created"] * 3]
    daemon.controller.stop()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/directories/favorites/crew/17", None),
        ("DELETE", "/personal/nobody", None),
        ("PUT", "/personal/nobody", {"a": "b"}),
        ("POST", "/personal", {"a": 1}),
        ("POST", "/phonebooks", {}),
        ("DELETE", "/displays/nothing", None),
    ],
)
def test_a_change_that_fails_is_no_event(daemon, method, path, body):
    assert events_of(daemon, lambda: daemon.request(method, f"/0.1{path}", json=body)) == []


def test_the_envelope_says_whose_it_is_and_who_may_see_it(daemon):
    favorite(daemon, "PUT", "crew/17")
    event = feed(daemon)["items"][-1]
    event_id, timestamp = event.pop("id"), event.pop("timestamp")
    assert (len(event_id), timestamp[10], len(timestamp)) == (36, "T", 26)
    event.pop("data")
    assert event == {
        "name": "favorite_added",
        "sequence": 6,
        "tenant_uuid": TENANT,
        f"user_uuid:{USER}": True,
        "required_access": "event.favorite_added",
        "required_acl": f"events.directory.{USER}.favorite.created",
        "origin_uuid": None,
    }
