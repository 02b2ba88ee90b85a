"""/tenants/<tenant>/phonebooks: the same phonebooks by name and number (contract section 2.4)."""

import pytest

from api.conftest import CHILD, TENANT
from api.legacy import common_reasons, reasons
from api.phonebooks import add_contact, import_csv, names

MAIN = "/0.1/tenants/main/phonebooks"
CHILD_SCOPE = {"Wazo-Tenant": CHILD}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def test_both_apis_show_the_same_phonebooks(daemon, phonebook):
    path = f"{MAIN}/{phonebook['id']}"
    assert daemon.request("GET", path).json == phonebook
    assert daemon.request("GET", MAIN).json == {"items": [phonebook], "total": 1}
    changed = daemon.request("PUT", path, json={"name": "Vendors", "description": "all"})
    assert changed.status_code == 200
    assert changed.json == {**phonebook, "name": "Vendors", "description": "all"}
    assert daemon.get(f"/phonebooks/{phonebook['uuid']}").json == changed.json
    other = daemon.request("POST", MAIN, json={"name": "Friends"})
    assert other.status_code == 201
    assert other.json["tenant_uuid"] == TENANT
    assert daemon.get(f"/phonebooks/{other.json['uuid']}").json == other.json
    assert daemon.request("DELETE", f"{MAIN}/{other.json['id']}").status_code == 204
    reasons(daemon.get(f"/phonebooks/{other.json['uuid']}"), 404)


def test_both_apis_show_the_same_contacts(daemon, phonebook, contacts):
    path = f"{MAIN}/{phonebook['id']}/contacts"
    ada = add_contact(daemon, path, name="Ada", number=5)
    stored = {"name": "Ada", "number": "5", "id": ada["id"]}
    assert daemon.request("GET", f"{contacts}/{ada['id']}").json == stored
    assert daemon.request("GET", f"{path}/{ada['id']}").json == stored
    changed = daemon.request("PUT", f"{path}/{ada['id']}", json={"name": "Eve"})
    assert (changed.status_code, changed.json) == (200, {"name": "Eve", "id": ada["id"]})
    assert daemon.request("GET", contacts).json == daemon.request("GET", path).json
    assert daemon.request("DELETE", f"{path}/{ada['id']}").status_code == 204
    reasons(daemon.request("GET", f"{path}/{ada['id']}"), 404)


def test_a_tenant_is_named_as_seen_from_the_scope(daemon, phonebook):
    below = daemon.request("POST", "/0.1/phonebooks", headers=CHILD_SCOPE, json={"name": "Below"}).json
    assert names(daemon.request("GET", "/0.1/tenants/child/phonebooks")) == ["Below"]
    assert names(daemon.request("GET", "/0.1/tenants/child/phonebooks", headers=CHILD_SCOPE)) == ["Below"]
    assert names(daemon.request("GET", MAIN)) == ["Suppliers"]
    assert names(daemon.request("GET", f"{MAIN}?recurse=true")) == ["Suppliers"]
    reasons(daemon.request("GET", MAIN, headers=CHILD_SCOPE), 404)
    reasons(daemon.request("GET", MAIN, token="other-tenant"), 404)
    reasons(daemon.request("GET", "/0.1/tenants/unknown/phonebooks"), 404)
    reasons(daemon.request("POST", "/0.1/tenants/unknown/phonebooks", json={"name": "a"}), 404)
    reasons(daemon.request("GET", f"{MAIN}/{below['id']}"), 404)


def test_an_unknown_number_is_a_legacy_404_and_other_text_no_route(daemon, phonebook):
    for number in (phonebook["id"] + 1, 0, 2**31, 2**70):
        for suffix in ("", "/contacts", "/contacts/x"):
            reasons(daemon.request("GET", f"{MAIN}/{number}{suffix}"), 404)
    for number in ("x", "-1", "1.5"):
        response = daemon.request("GET", f"{MAIN}/{number}")
        assert response.status_code == 404
        assert response.content_type.startswith("text/html")


def test_every_error_is_legacy(daemon, phonebook):
    contacts = f"{MAIN}/{phonebook['id']}/contacts"
    common_reasons(daemon.request("GET", MAIN, token=None), 401)
    common_reasons(daemon.request("GET", MAIN, token="reader"), 401)
    common_reasons(daemon.request("POST", MAIN, data="null"), 400)
    common_reasons(daemon.request("POST", contacts, data="null"), 400)
    assert list(daemon.request("POST", MAIN, data="{").json) == ["message"]
    reasons(daemon.request("POST", MAIN, json={}), 400)
    reasons(daemon.request("POST", MAIN, json={"name": "a", "more": 1}), 400)
    reasons(daemon.request("POST", MAIN, json={"name": "Suppliers"}), 409)
    reasons(daemon.request("POST", contacts, json={}), 400)
    add_contact(daemon, contacts, name="a")
    reasons(daemon.request("POST", contacts, json={"name": "a"}), 409)
    for query in ("limit=-1", "offset=x", "direction=up", "limit=", "limit=1.5"):
        reasons(daemon.request("GET", f"{MAIN}?{query}"), 400)
        reasons(daemon.request("GET", f"{contacts}?{query}"), 400)
    reasons(daemon.request("GET", f"{MAIN}?order=uuid"), 400)


def test_a_wrong_contact_is_reported_before_an_unknown_phonebook(daemon):
    for body in ("[]", '""', "0", "false", "[1]", "{}", '{"": "a"}', '{"id": "a"}'):
        reasons(daemon.request("POST", f"{MAIN}/999/contacts", data=body), 400)
        reasons(daemon.request("PUT", f"{MAIN}/999/contacts/x", data=body), 400)


def test_an_unreadable_file_is_reported_before_an_unknown_phonebook(daemon):
    contacts = f"{MAIN}/999/contacts"
    reasons(import_csv(daemon, contacts, "a,a\n1,2\n"), 400)
    reasons(import_csv(daemon, contacts, b"a\n\xff\n"), 400)
    for table in ("a\n1\n", "a\n1,2\n", "a\n", ""):
        reasons(import_csv(daemon, contacts, table), 404)


def test_contacts_are_ordered_by_any_key_with_case_and_limit_0_is_none(daemon, phonebook):
    contacts = f"{MAIN}/{phonebook['id']}/contacts"
    for shoe in ("b", "Éa", "C", None, "a", ""):
        add_contact(daemon, contacts, shoe=shoe)
    for query, found in (
        ("", ["b", "Éa", "C", None, "a", ""]),
        ("order=shoe", ["C", "Éa", "a", "b", None, ""]),
        ("order=shoe&direction=desc", [None, "", "b", "a", "Éa", "C"]),
        ("order=nothing", ["b", "Éa", "C", None, "a", ""]),
        ("limit=0&offset=0", ["b", "Éa", "C", None, "a", ""]),
        ("limit=2&offset=1", ["Éa", "C"]),
        ("search=É", ["Éa"]),
    ):
        response = daemon.request("GET", f"{contacts}?{query}")
        assert [item["shoe"] for item in response.json["items"]] == found, query
    assert names(daemon.request("GET", f"{MAIN}?limit=0")) == ["Suppliers"]


def test_an_import_answers_200_and_reports_bad_rows_without_raising(daemon, phonebook):
    contacts = f"{MAIN}/{phonebook['id']}/contacts"
    bad = import_csv(daemon, contacts, "a,b\n1,2\n1,2,3\n")
    assert (bad.status_code, bad.json["created"]) == (200, [])
    (failed,) = bad.json["failed"]
    assert "null key" in failed.pop("message")
    assert failed == {"contact": {"a": "1", "b": "2", "null": ["3"]}, "index": 1}
    assert daemon.request("GET", contacts).json == {"items": [], "total": 0}
    for empty in ("", "a,b\n"):
        response = import_csv(daemon, contacts, empty)
        assert (response.status_code, response.json) == (200, {"created": [], "failed": []})
    good = import_csv(daemon, contacts, "a,b\n1,2\n")
    assert good.status_code == 200
    assert [contact["b"] for contact in good.json["created"]] == ["2"]
    assert good.json["failed"] == []
    reasons(import_csv(daemon, contacts, "a,a\n1,2\n"), 400)
    reasons(import_csv(daemon, contacts, "a\n1\n", "text/csv; charset=klingon"), 400)
    reasons(import_csv(daemon, contacts, b"a\n\xff\n"), 400)
    reasons(import_csv(daemon, f"{MAIN}/999/contacts", "a\n1\n"), 404)
