"""/phonebooks (contract section 2.3)."""

import uuid
from typing import Any

import pytest

from api.conftest import CHILD, OTHER, TENANT
from api.legacy import reasons
from api.phonebooks import names
from api.rest import UNKNOWN, check_error


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def test_a_phonebook_shows_its_number_its_uuid_and_its_tenant(daemon, phonebook):
    assert set(phonebook) == {"id", "uuid", "name", "description", "tenant_uuid"}
    assert isinstance(phonebook["id"], int)
    assert str(uuid.UUID(phonebook["uuid"])) == phonebook["uuid"]
    assert (phonebook["name"], phonebook["description"], phonebook["tenant_uuid"]) == (
        "Suppliers",
        None,
        TENANT,
    )
    assert daemon.get(f"/phonebooks/{phonebook['uuid']}").json == phonebook
    assert daemon.get(f"/phonebooks/{phonebook['uuid'].upper()}").json == phonebook


def test_the_number_of_a_phonebook_is_never_reused(daemon, phonebook):
    assert daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code == 204
    again = daemon.request("POST", "/0.1/phonebooks", json={"name": "Suppliers"}).json
    assert again["id"] > phonebook["id"]


BAD_PHONEBOOKS = [
    {},
    {"name": None},
    {"name": ""},
    {"name": 5},
    {"name": "x" * 256},
    {"name": "nul \0"},
    {"name": "a", "description": 5},
    {"name": "a", "description": "\0"},
    {"name": "a", "uuid": UNKNOWN},
    [],
    "text",
]


def test_a_body_that_breaks_a_rule_is_a_legacy_400(daemon, phonebook):
    for body in BAD_PHONEBOOKS:
        assert reasons(daemon.request("POST", "/0.1/phonebooks", json=body), 400)
        assert reasons(daemon.request("PUT", f"/0.1/phonebooks/{phonebook['uuid']}", json=body), 400)
        assert reasons(daemon.request("PUT", f"/0.1/phonebooks/{UNKNOWN}", json=body), 400)


def test_a_null_body_is_a_modern_error_and_no_json_one_of_the_parser(daemon, contacts):
    for path in ("/0.1/phonebooks", contacts):
        check_error(daemon.request("POST", path, data="null"), 400, "invalid-data")
        response = daemon.request("POST", path, data="")
        assert response.status_code == 400
        assert list(response.json) == ["message"]


def test_a_taken_name_is_a_legacy_409_in_its_tenant_only(daemon, phonebook):
    other = daemon.request("POST", "/0.1/phonebooks", json={"name": "Friends"}).json
    assert reasons(daemon.request("POST", "/0.1/phonebooks", json={"name": "Suppliers"}), 409)
    taken = daemon.request("PUT", f"/0.1/phonebooks/{other['uuid']}", json={"name": "Suppliers"})
    assert reasons(taken, 409)
    elsewhere = daemon.request("POST", "/0.1/phonebooks", token="other-tenant", json={"name": "Suppliers"})
    assert elsewhere.status_code == 201
    assert elsewhere.json["tenant_uuid"] == OTHER


def test_put_answers_the_phonebook_and_keeps_an_omitted_description(daemon, phonebook):
    path = f"/0.1/phonebooks/{phonebook['uuid']}"
    described = daemon.request("PUT", path, json={"name": "Suppliers", "description": "who delivers"})
    assert described.status_code == 200
    assert described.json == {**phonebook, "description": "who delivers"}
    renamed = daemon.request("PUT", path, json={"name": "Vendors"})
    assert renamed.json == {**phonebook, "name": "Vendors", "description": "who delivers"}
    emptied = daemon.request("PUT", path, json={"name": "Vendors", "description": None})
    assert emptied.json["description"] is None
    assert daemon.get(f"/phonebooks/{phonebook['uuid']}").json == emptied.json


def test_an_unknown_uuid_is_a_legacy_404_and_a_malformed_one_no_route(daemon):
    contact = {"name": "a"}
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "a"}),
        ("DELETE", "", None),
        ("GET", "/contacts", None),
        ("POST", "/contacts", contact),
        ("POST", "/contacts/import", None),
        ("POST", "/contacts/import/preview", None),
        ("GET", "/contacts/x", None),
        ("PUT", "/contacts/x", contact),
        ("DELETE", "/contacts/x", None),
    ):
        arguments = {"json": body} if body else {"data": "name\na\n"} if "import" in path else {}
        assert reasons(daemon.request(method, f"/0.1/phonebooks/{UNKNOWN}{path}", **arguments), 404)
        malformed = daemon.request(method, f"/0.1/phonebooks/nothing{path}", **arguments)
        assert malformed.status_code == 404
        assert malformed.content_type.startswith("text/html")


def test_only_the_scope_tenant_is_listed_and_with_recurse_those_below(daemon, phonebook):
    child = {"Wazo-Tenant": CHILD}
    below = daemon.request("POST", "/0.1/phonebooks", headers=child, json={"name": "Below"}).json
    assert below["tenant_uuid"] == CHILD
    assert reasons(daemon.get(f"/phonebooks/{below['uuid']}"), 404)
    assert daemon.get(f"/phonebooks/{below['uuid']}", headers=child).status_code == 200
    assert reasons(daemon.get(f"/phonebooks/{phonebook['uuid']}", headers=child), 404)
    assert reasons(daemon.get(f"/phonebooks/{phonebook['uuid']}", token="other-tenant"), 404)
    assert names(daemon.get("/phonebooks")) == ["Suppliers"]
    assert names(daemon.get("/phonebooks", recurse="True")) == ["Below", "Suppliers"]
    assert names(daemon.get("/phonebooks", headers=child, recurse="True")) == ["Below"]
    assert names(daemon.get("/phonebooks", token="other-tenant")) == []


def test_an_authentication_error_is_modern_and_a_missing_token_too(daemon):
    check_error(daemon.get("/phonebooks", token=None), 401, "unauthorized")
    check_error(daemon.get("/phonebooks", token="reader"), 401, "unauthorized")


LISTS: list[tuple[dict[str, Any], list[str], int]] = [
    ({}, ["Clients", "Friends", "Suppliers", "Tax office"], 4),
    ({"direction": "desc"}, ["Tax office", "Suppliers", "Friends", "Clients"], 4),
    ({"order": "description"}, ["Suppliers", "Clients", "Tax office", "Friends"], 4),
    ({"order": "description", "direction": "desc"}, ["Friends", "Tax office", "Clients", "Suppliers"], 4),
    ({"search": "I"}, ["Clients", "Friends", "Suppliers", "Tax office"], 4),
    ({"search": "PAY"}, ["Clients"], 1),
    ({"search": "s%rs"}, ["Suppliers"], 1),
    ({"search": "fr_end"}, ["Friends"], 1),
    ({"search": "\\"}, [], 0),
    ({"limit": 1}, ["Clients"], 4),
    ({"limit": 0}, [], 4),
    ({"offset": 2}, ["Suppliers", "Tax office"], 4),
    ({"offset": 10**30, "limit": 10**30}, [], 4),
    ({"name": "Clients", "unknown": "x"}, ["Clients", "Friends", "Suppliers", "Tax office"], 4),
]


def test_the_list_of_phonebooks_counts_what_was_searched_for(daemon, phonebook):
    for body in (
        {"name": "Friends"},
        {"name": "Clients", "description": "who pay"},
        {"name": "Tax office", "description": "who want"},
    ):
        assert daemon.request("POST", "/0.1/phonebooks", json=body).status_code == 201
    supplied = {"name": "Suppliers", "description": "who deliver"}
    path = f"/0.1/phonebooks/{phonebook['uuid']}"
    assert daemon.request("PUT", path, json=supplied).status_code == 200
    for query, found, total in LISTS:
        response = daemon.get("/phonebooks", **query)
        assert (names(response), response.json["total"]) == (found, total), query


WRONG_PARAMETERS = [
    ("order", "uuid"),
    ("direction", "up"),
    ("limit", ""),
    ("limit", "-1"),
    ("limit", "3.14"),
    ("limit", "True"),
    ("offset", "x"),
    ("search", "\0"),
]


def test_a_wrong_list_parameter_is_a_modern_400(daemon, contacts):
    for path in ("/0.1/phonebooks", contacts):
        for name, value in WRONG_PARAMETERS:
            response = daemon.request("GET", path, query_string={name: value})
            assert list(check_error(response, 400, "invalid-data")) == [name]
