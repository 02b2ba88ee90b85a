"""The contacts of phonebooks (contract section 2.3)."""

import uuid
from typing import Any

import pytest

from api.conftest import CHILD
from api.legacy import reasons
from api.phonebooks import add_contact
from api.rest import UNKNOWN


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def test_a_contact_has_the_sent_fields_and_an_id_from_the_server(daemon, contacts):
    sent = {"id": "mine", "first name": "Ada", "n%": "é", "note": "", "none": None}
    contact = add_contact(daemon, contacts, **sent)
    assert str(uuid.UUID(contact["id"])) == contact["id"]
    assert contact == {**sent, "id": contact["id"]}
    assert daemon.request("GET", f"{contacts}/{contact['id']}").json == contact
    assert daemon.request("GET", contacts).json == {"items": [contact], "total": 1}


def test_numbers_and_booleans_come_back_as_text_later(daemon, contacts):
    contact = add_contact(daemon, contacts, number=5, ratio=0.5, huge=12345678901234567, vip=True)
    stored = daemon.request("GET", f"{contacts}/{contact['id']}").json
    expected = {"number": "5", "ratio": "0.5", "huge": "12345678901234567", "vip": "true"}
    assert stored == {**expected, "id": contact["id"]}
    assert reasons(daemon.request("POST", contacts, json=expected), 409)


BAD_CONTACTS = [
    {},
    {"id": "x"},
    {"": "x"},
    {"name": "a", "": ""},
    {"name": ["a"]},
    {"name": {"a": "b"}},
    {"name": "a\0"},
    {"na\0me": "a"},
    [],
    [{"name": "a"}],
    "text",
    5,
    True,
]


def test_a_contact_that_breaks_a_rule_is_a_legacy_400(daemon, contacts):
    contact = add_contact(daemon, contacts, name="stored")
    for body in BAD_CONTACTS:
        assert reasons(daemon.request("POST", contacts, json=body), 400)
        assert reasons(daemon.request("PUT", f"{contacts}/{contact['id']}", json=body), 400)
    assert daemon.request("GET", contacts).json["items"] == [contact]


def test_a_body_that_is_not_json_of_unicode_text_is_a_400(daemon, contacts):
    for text in ('{"name": "\\ud800"}', '{"name": NaN}', "{", "", "[" * 5000):
        response = daemon.request("POST", contacts, data=text)
        assert response.status_code == 400
        assert list(response.json) == ["message"]


def test_a_duplicate_is_a_legacy_409_inside_one_phonebook_only(daemon, contacts):
    ada = add_contact(daemon, contacts, firstname="Ada", number="1")
    bob = add_contact(daemon, contacts, firstname="Bob", number="2")
    same = {"number": "1", "firstname": "Ada"}
    assert reasons(daemon.request("POST", contacts, json=same), 409)
    assert reasons(daemon.request("POST", contacts, json={**same, "id": "other"}), 409)
    assert reasons(daemon.request("PUT", f"{contacts}/{bob['id']}", json=same), 409)
    assert daemon.request("GET", f"{contacts}/{bob['id']}").json == bob
    assert daemon.request("PUT", f"{contacts}/{ada['id']}", json=same).status_code == 200
    assert daemon.request("POST", contacts, json={**same, "number": None}).status_code == 201
    other = daemon.request("POST", "/0.1/phonebooks", json={"name": "Friends"}).json
    assert daemon.request("POST", f"/0.1/phonebooks/{other['uuid']}/contacts", json=same).status_code == 201


def test_put_replaces_all_fields_and_keeps_the_id(daemon, contacts):
    ada = add_contact(daemon, contacts, firstname="Ada", number="1")
    changed = daemon.request("PUT", f"{contacts}/{ada['id']}", json={"lastname": "Stern", "id": "other"})
    assert changed.status_code == 200
    assert changed.json == {"lastname": "Stern", "id": ada["id"]}
    assert daemon.request("GET", f"{contacts}/{ada['id']}").json == changed.json


def test_an_unknown_contact_is_a_legacy_404_whatever_its_text(daemon, contacts):
    contact = add_contact(daemon, contacts, name="a")
    assert daemon.request("DELETE", f"{contacts}/{contact['id']}").status_code == 204
    for unknown in (contact["id"], UNKNOWN, "import", "x" * 5000, "%00", "%ED%A0%80", "é"):
        path = f"{contacts}/{unknown}"
        assert reasons(daemon.request("GET", path), 404)
        assert reasons(daemon.request("PUT", path, json={"name": "a"}), 404)
        assert reasons(daemon.request("DELETE", path), 404)


def test_contacts_are_those_of_their_phonebook_and_tenant(daemon, contacts):
    contact = add_contact(daemon, contacts, name="a")
    other = daemon.request("POST", "/0.1/phonebooks", json={"name": "Friends"}).json
    elsewhere = f"/0.1/phonebooks/{other['uuid']}/contacts/{contact['id']}"
    assert reasons(daemon.request("GET", elsewhere), 404)
    assert reasons(daemon.request("PUT", elsewhere, json={"name": "b"}), 404)
    assert reasons(daemon.request("DELETE", elsewhere), 404)
    for headers, token in (({"Wazo-Tenant": CHILD}, "admin"), ({}, "other-tenant")):
        for method in ("GET", "DELETE"):
            path = f"{contacts}/{contact['id']}"
            assert reasons(daemon.request(method, path, token=token, headers=headers), 404)
            assert reasons(daemon.request("GET", contacts, token=token, headers=headers), 404)
    assert daemon.request("GET", f"{contacts}/{contact['id']}").json == contact


def test_deleting_a_phonebook_deletes_its_contacts(daemon, phonebook, contacts):
    add_contact(daemon, contacts, name="a")
    assert daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code == 204
    assert reasons(daemon.request("GET", contacts), 404)


PEOPLE: list[dict[str, str | None]] = [
    {"firstname": "ada", "lastname": "Stern", "name": "b", "number": "11"},
    {"firstname": "Éric", "lastname": "stone", "name": "A"},
    {"firstname": "Zoë", "lastname": "", "number": "9"},
    {"firstname": "Bob", "number": "100%"},
    {"firstname": "Carl", "name": "c_d", "number": None},
]


LISTS: list[tuple[dict[str, Any], list[str], int]] = [
    ({}, ["Éric", "ada", "Carl", "Zoë", "Bob"], 5),
    ({"direction": "desc"}, ["Zoë", "Bob", "Carl", "ada", "Éric"], 5),
    ({"order": "firstname"}, ["ada", "Bob", "Carl", "Éric", "Zoë"], 5),
    ({"order": "firstname", "direction": "desc"}, ["Zoë", "Éric", "Carl", "Bob", "ada"], 5),
    ({"order": "lastname"}, ["ada", "Éric", "Zoë", "Bob", "Carl"], 5),
    ({"limit": 2}, ["Éric", "ada"], 5),
    ({"limit": 2, "offset": 1}, ["ada", "Carl"], 5),
    ({"limit": 0}, ["Éric", "ada", "Carl", "Zoë", "Bob"], 5),
    ({"offset": 9}, [], 5),
    ({"search": "ST"}, ["Éric", "ada"], 2),
    ({"search": "é"}, ["Éric"], 1),
    ({"search": "zo_"}, ["Zoë"], 1),
    ({"search": "a%rn"}, [], 0),
    ({"search": "s%n"}, ["Éric", "ada"], 2),
    ({"search": "\\"}, [], 0),
    ({"search": ""}, ["Éric", "ada", "Carl", "Zoë", "Bob"], 5),
    ({"recurse": "true", "name": "x", "uuid": "y"}, ["Éric", "ada", "Carl", "Zoë", "Bob"], 5),
]


def test_contacts_are_listed_searched_and_ordered(daemon, contacts):
    for person in PEOPLE:
        add_contact(daemon, contacts, **person)
    for query, found, total in LISTS:
        response = daemon.request("GET", contacts, query_string=query)
        assert response.status_code == 200
        assert set(response.json) == {"items", "total"}
        assert [item["firstname"] for item in response.json["items"]] == found, query
        assert response.json["total"] == total


def test_a_search_includes_the_id(daemon, contacts):
    stored = [add_contact(daemon, contacts, name=name) for name in ("one", "two")]
    for contact in stored:
        response = daemon.request("GET", contacts, query_string={"search": contact["id"][3:20].upper()})
        assert response.json == {"items": [contact], "total": 1}
