"""Sources of phonebooks: lookup, their list of contacts, and changes of the phonebook (oddities 25 and 26)."""

from typing import Any

import pytest

from api.conftest import CHILD, USER
from api.legacy import reasons
from api.phonebooks import add_contact
from api.rest import UNKNOWN, check_error, create

SOURCES = "/backends/phonebook/sources"


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.fixture
def source(daemon, phonebook):
    """Create a source of the phonebook, and a profile `people` that uses it."""
    source = create(
        daemon,
        SOURCES,
        {
            "phonebook_uuid": phonebook["uuid"],
            "searched_columns": ["firstname", "lastname"],
            "first_matched_columns": ["number", "mobile"],
            "format_columns": {"name": "{firstname} {lastname}", "reverse": "{firstname}"},
        },
    )
    columns = [{"field": "name"}, {"field": "number"}, {"type": "personal"}]
    display = create(daemon, "/displays", {"name": "d", "columns": columns})
    services = {name: {"sources": [{"uuid": source["uuid"]}]} for name in ("lookup", "reverse", "favorites")}
    profile = {"name": "people", "display": {"uuid": display["uuid"]}, "services": services}
    create(daemon, "/profiles", profile)
    return source


def found(daemon, term):
    response = daemon.get("/directories/lookup/people", term=term)
    assert response.status_code == 200
    return [result["column_values"][0] for result in response.json["results"]]


def reverse(daemon, exten):
    return daemon.get(f"/directories/reverse/people/{USER}", exten=exten).json["display"]


SEARCHES = [
    ("ada", ["Ada Stern"]),
    ("STERN", ["Ada Stern"]),
    ("er", ["Ada Stern", "Éric Müller"]),
    ("e", ["Ada Stern", "Éric Müller", "Zoe _Und"]),
    ("", ["Ada Stern", "Éric Müller", "Zoe _Und", "100% \\d"]),
    ("éric", ["Éric Müller"]),
    ("E\u0301RIC", ["Éric Müller"]),
    ("eric", []),
    ("muller", []),
    ("mu\u0308ller", ["Éric Müller"]),
    ("ada stern", ["Ada Stern"]),
    ("ster ad", ["Ada Stern"]),
    ("eric müller", []),
    ("s%n", ["Ada Stern"]),
    ("st_rn", ["Ada Stern"]),
    ("st__rn", []),
    ("a%stern", []),
    ("%", ["Ada Stern", "Éric Müller", "Zoe _Und", "100% \\d"]),
    ("0%", ["100% \\d"]),
    ("\\", ["100% \\d"]),
    ("2045", []),
    ('"ada"', []),
    ("ada OR stern", []),
    ("ada*", []),
]


def test_search_ignores_case_but_not_accents_and_has_wildcards(daemon, contacts, source):
    add_contact(daemon, contacts, firstname="Ada", lastname="Stern", number="2045")
    add_contact(daemon, contacts, firstname="Éric", lastname="Müller", number="ABC")
    add_contact(daemon, contacts, firstname="Zoe", lastname="_Und", number="2047", mobile="")
    add_contact(daemon, contacts, firstname="100%", lastname="\\d", number=None)
    add_contact(daemon, contacts, nickname="ada")
    for term, expected in SEARCHES:
        assert found(daemon, term) == expected, term


def test_a_number_is_matched_exactly_but_for_its_case(daemon, contacts, source):
    add_contact(daemon, contacts, firstname="Ada", number="2045", other="777")
    add_contact(daemon, contacts, firstname="Bob", mobile="AbC")
    add_contact(daemon, contacts, firstname="Zo\xeb", number="\xc9", mobile="front desk")
    for exten in ("204", "777", "", "%", "20_5", "front", "desk", "ab", "e", "\0"):
        assert reverse(daemon, exten) is None, exten
    for exten, name in (("2045", "Ada"), ("aBc", "Bob"), ("\xe9", "Zo\xeb"), ("FRONT Desk", "Zo\xeb")):
        assert reverse(daemon, exten) == name, exten


def test_changes_of_contacts_are_seen_by_the_next_lookup(daemon, contacts, source):
    ada = add_contact(daemon, contacts, firstname="Ada", lastname="Stern", number="1")
    assert found(daemon, "stern") == ["Ada Stern"]
    daemon.request(
        "PUT", f"{contacts}/{ada['id']}", json={"firstname": "Ada", "lastname": "Moon", "number": "2"}
    )
    assert (found(daemon, "stern"), found(daemon, "moon")) == ([], ["Ada Moon"])
    assert (reverse(daemon, "1"), reverse(daemon, "2")) == (None, "Ada")
    daemon.request("DELETE", f"{contacts}/{ada['id']}")
    assert (found(daemon, "moon"), reverse(daemon, "2")) == ([], None)


def test_a_large_phonebook_is_searched_by_the_same_rules(daemon, contacts, source):
    rows = [f"Person{number},Family{number:04},{number}" for number in range(700)]
    text = "firstname,lastname,number\nÉric,Müller,\n" + "\n".join(rows)
    assert daemon.request("POST", f"{contacts}/import", data=text.encode()).status_code == 201
    assert found(daemon, "family0123") == ["Person123 Family0123"]
    assert found(daemon, "FAM%0123") == ["Person123 Family0123"]
    assert found(daemon, "müll") == ["Éric Müller"]
    assert found(daemon, "mull") == []
    assert found(daemon, "é") == ["Éric Müller"]
    assert found(daemon, '"NEAR(') == []
    assert len(found(daemon, "fam")) == 700
    assert reverse(daemon, "555") == "Person555"


def test_the_source_is_named_after_its_phonebook_and_follows_it(daemon, phonebook, source):
    assert source["name"] == "Suppliers"
    path = f"/0.1/phonebooks/{phonebook['uuid']}"
    assert daemon.request("PUT", path, json={"name": "Vendors"}).status_code == 200
    assert daemon.get(f"{SOURCES}/{source['uuid']}").json["name"] == "Vendors"
    assert [item["name"] for item in daemon.get("/sources", search="vend").json["items"]] == ["Vendors"]


def test_it_shows_the_new_name_in_the_next_lookup(daemon, phonebook, contacts, source):
    add_contact(daemon, contacts, firstname="Ada")
    assert found(daemon, "ada") == ["Ada"]
    daemon.request("PUT", f"/0.1/phonebooks/{phonebook['uuid']}", json={"name": "Vendors"})
    (result,) = daemon.get("/directories/lookup/people", term="ada").json["results"]
    assert (result["source"], result["backend"]) == ("Vendors", "phonebook")


def test_deleting_the_phonebook_deletes_its_sources_also_from_profiles(daemon, phonebook, contacts, source):
    add_contact(daemon, contacts, firstname="Ada")
    assert found(daemon, "ada") == ["Ada"]
    assert daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code == 204
    check_error(daemon.get(f"{SOURCES}/{source['uuid']}"), 404, "unknown-source", "sources")
    assert found(daemon, "ada") == []
    (profile,) = [item for item in daemon.get("/profiles").json["items"] if item["name"] == "people"]
    assert [service["sources"] for service in profile["services"].values()] == [[], [], []]


LISTS: list[tuple[dict[str, Any], list[str | None], int]] = [
    ({}, ["b", "Éa", "C", None, "a"], 5),
    ({"order": "firstname"}, ["a", "b", "C", "Éa", None], 5),
    ({"order": "firstname", "direction": "desc"}, [None, "Éa", "C", "b", "a"], 5),
    ({"order": "number"}, ["C", "b", "a", "Éa", None], 5),
    ({"limit": 0}, ["b", "Éa", "C", None, "a"], 5),
    ({"limit": 2, "offset": 1}, ["Éa", "C"], 5),
    ({"search": "é"}, ["Éa"], 1),
    ({"search": "ZZ%1"}, ["b"], 1),
]


def test_the_contacts_of_a_source_are_listed_with_real_counts(daemon, contacts, source):
    for firstname, number in (("b", "a zz1"), ("Éa", "zz2"), ("C", "Zz3"), (None, None), ("a", "azz4")):
        add_contact(daemon, contacts, firstname=firstname, number=number)
    for query, expected, filtered in LISTS:
        page = daemon.get(f"{SOURCES}/{source['uuid']}/contacts", **query).json
        assert set(page) == {"total", "filtered", "items"}
        assert [item["firstname"] for item in page["items"]] == expected, query
        assert (page["total"], page["filtered"]) == (5, filtered), query
        assert all(set(item) == {"id", "firstname", "number"} for item in page["items"])


def test_a_source_out_of_scope_and_a_wrong_parameter_are_modern_errors(daemon, source):
    path = f"{SOURCES}/{source['uuid']}/contacts"
    for unknown in (f"{SOURCES}/{UNKNOWN}/contacts", f"{SOURCES}/nothing/contacts"):
        check_error(daemon.get(unknown), 404, "unknown-source", "sources")
    check_error(daemon.get(path, headers={"Wazo-Tenant": CHILD}), 404, "unknown-source", "sources")
    check_error(daemon.get(path, token="other-tenant"), 404, "unknown-source", "sources")
    for query in ({"order": "name"}, {"direction": "x"}, {"limit": "-1"}, {"offset": "1.5"}):
        assert list(check_error(daemon.get(path, **query), 400, "invalid-data")) == list(query)


def test_a_contact_of_a_phonebook_can_be_a_favorite(daemon, contacts, source):
    ada = add_contact(daemon, contacts, firstname="Ada")
    favorite = f"/0.1/directories/favorites/Suppliers/{ada['id']}"
    assert daemon.request("PUT", favorite).status_code == 204
    listed = daemon.get("/directories/favorites/people").json["results"]
    assert [result["relations"]["source_entry_id"] for result in listed] == [ada["id"]]
    reasons(daemon.request("PUT", favorite), 409)
