"""Every change records an event with its data; a change that fails records none."""

import pytest

from api.conftest import TENANT, USER
from api.events import events_of, feed
from api.favorites import favorite
from api.rest import create
from xivo_dird.config.masking import MASK


def names(daemon, action):
    return [name for name, _ in events_of(daemon, action)]


def test_events_of_favorites_have_the_data_of_the_contract(daemon):
    data = {"xivo_uuid": None, "user_uuid": USER, "source": "crew", "source_entry_id": "17"}
    added = events_of(daemon, lambda: favorite(daemon, "PUT", "crew/17"))
    assert added == [("favorite_added", data)]
    deleted = events_of(daemon, lambda: favorite(daemon, "DELETE", "crew/17"))
    assert deleted == [("favorite_deleted", data)]


def test_events_of_personal_contacts_have_all_fields(daemon):
    body = {"id": "a", "firstname": "Ada"}
    data = {"user_uuid": USER, "contact": body}
    assert events_of(daemon, lambda: create(daemon, "/personal", body)) == [
        ("personal_contact_created", data)
    ]
    changed = {"firstname": "Eva"}
    updated = events_of(daemon, lambda: daemon.request("PUT", "/0.1/personal/a", json=changed))
    data = {"user_uuid": USER, "contact": {**changed, "id": "a"}}
    assert updated == [("personal_contact_updated", data)]
    deleted = events_of(daemon, lambda: daemon.request("DELETE", "/0.1/personal/a"))
    assert deleted == [("personal_contact_deleted", data)]


def test_an_import_and_a_purge_are_one_event_each(daemon):
    file = "id,firstname\na,Ada\nb,Ivo\nb,Ivo\n"
    imported = events_of(daemon, lambda: daemon.request("POST", "/0.1/personal/import", data=file))
    assert imported == [("personal_contacts_imported", {"user_uuid": USER, "count": 2, "ids": ["a", "b"]})]
    assert events_of(daemon, lambda: daemon.request("POST", "/0.1/personal/import", data=file)) == []
    purged = events_of(daemon, lambda: daemon.request("DELETE", "/0.1/personal"))
    assert purged == [("personal_contacts_purged", {"user_uuid": USER, "count": 2})]
    assert events_of(daemon, lambda: daemon.request("DELETE", "/0.1/personal")) == []


def test_events_of_phonebooks_and_their_contacts_are_complete(daemon):
    before = feed(daemon, "now", limit=1)["next"]
    book = create(daemon, "/phonebooks", {"name": "Suppliers"})
    path = f"/0.1/phonebooks/{book['uuid']}"
    contact = create(daemon, f"{path[4:]}/contacts", {"name": "Ada"})
    daemon.request("PUT", f"{path}/contacts/{contact['id']}", json={"name": "Eva"})
    daemon.request("DELETE", f"{path}/contacts/{contact['id']}")
    imported = daemon.request("POST", f"{path}/contacts/import", data="name\nIvo\nUte\n").json
    daemon.request("PUT", path, json={"name": "Sellers"})
    daemon.request("DELETE", path)
    events = [(event["name"], event["data"]) for event in feed(daemon, before)["items"]]
    uuid = {"phonebook_uuid": book["uuid"]}
    changed = {"name": "Eva", "id": contact["id"]}
    ids = [contact["id"] for contact in imported["created"]]
    renamed = {**book, "name": "Sellers"}
    assert events == [
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


def test_events_of_sources_have_no_secrets(daemon):
    ((name, data),) = events_of(daemon, lambda: create(daemon, "/backends/ldap/sources", SOURCE))
    assert name == "source_created"
    assert (data["source"]["name"], data["source"]["backend"]) == ("staff", "ldap")
    assert data["source"]["options"]["ldap_password"] == MASK
    path = f"/0.1/backends/ldap/sources/{data['source']['uuid']}"
    assert names(daemon, lambda: daemon.request("PUT", path, json=SOURCE)) == ["source_updated"]
    assert names(daemon, lambda: daemon.request("DELETE", path)) == ["source_deleted"]
    assert "s3cret" not in str(feed(daemon))


def test_events_of_displays_and_profiles_equal_their_answers(daemon):
    display = {"name": "desk 2", "columns": [{"field": "name"}]}
    ((name, data),) = events_of(daemon, lambda: create(daemon, "/displays", display))
    assert (name, data["display"]["columns"][0]["field"]) == ("display_created", "name")
    shown = f"/displays/{data['display']['uuid']}"
    assert daemon.get(shown).json == data["display"]
    profile = {"name": "desk 2", "display": {"uuid": data["display"]["uuid"]}, "services": {}}
    ((name, data),) = events_of(daemon, lambda: create(daemon, "/profiles", profile))
    assert name == "profile_created"
    path = f"/profiles/{data['profile']['uuid']}"
    assert daemon.get(path).json == data["profile"]
    assert names(daemon, lambda: daemon.request("PUT", f"/0.1{path}", json=profile)) == ["profile_updated"]
    assert names(daemon, lambda: daemon.request("DELETE", f"/0.1{path}")) == ["profile_deleted"]
    assert names(daemon, lambda: daemon.request("PUT", f"/0.1{shown}", json=display)) == ["display_updated"]
    assert names(daemon, lambda: daemon.request("DELETE", f"/0.1{shown}")) == ["display_deleted"]


def test_each_declared_resource_is_one_event(daemon):
    events = [event["name"] for event in feed(daemon)["items"]]
    assert events == ["source_created", "display_created", *["profile_created"] * 3]
    daemon.controller.stop()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/directories/favorites/crew/17", None),
        ("DELETE", "/personal/unknown", None),
        ("PUT", "/personal/unknown", {"a": "b"}),
        ("POST", "/personal", {"a": 1}),
        ("POST", "/phonebooks", {}),
        ("DELETE", "/displays/nothing", None),
    ],
)
def test_a_change_that_fails_is_no_event(daemon, method, path, body):
    assert events_of(daemon, lambda: daemon.request(method, f"/0.1{path}", json=body)) == []


def test_the_envelope_has_the_owner_and_the_required_rights(daemon):
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
