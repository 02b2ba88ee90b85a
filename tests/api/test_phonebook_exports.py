"""The contacts of a phonebook as a file: CSV or vCards, which can be imported again."""

import csv
import io

import pytest

from api.legacy import reasons
from api.phonebooks import add_contact, listed
from api.rest import UNKNOWN, check_error

ZOE = "Zoë, \\; 😀"
PEOPLE = (
    {"name": ZOE, "number": "+49 30 12", "note": 'line\n"break"'},
    {"name": "ada", "number": "'=1+1"},
    {"name": "Bob", "number": None, "x": ""},
)


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.fixture
def people(daemon, contacts):
    """Return the ids of some contacts by their names."""
    return {one["name"]: add_contact(daemon, contacts, **one)["id"] for one in PEOPLE}


def export(daemon, path, media_type, **query):
    return daemon.request("GET", path, query_string={"format": media_type, **query})


def names(response):
    """Return the names in a CSV file."""
    return [row["name"] for row in csv.DictReader(io.StringIO(response.text))]


@pytest.fixture
def other_contacts(daemon):
    """Return the path of the contacts of another phonebook."""
    phonebook = daemon.request("POST", "/0.1/phonebooks", json={"name": "Others"}).json
    return f"/0.1/phonebooks/{phonebook['uuid']}/contacts"


def test_a_csv_export_has_all_columns_and_ends_its_rows_with_crlf(daemon, contacts, people):
    response = export(daemon, contacts, "text/csv", search="number", order="name")
    assert response.status_code == 204
    response = export(daemon, contacts, "text/csv", search="'=1+1")
    assert (response.status_code, response.content_type) == (200, "text/csv; charset=utf-8")
    assert response.data == f"id,name,number\r\n{people['ada']},ada,''=1+1\r\n".encode()


def test_an_exported_csv_file_imports_again(daemon, contacts, people, other_contacts):
    exported = export(daemon, contacts, "text/csv")
    imported = daemon.request("POST", f"{other_contacts}/import", data=exported.data)
    assert (imported.status_code, len(imported.json["created"])) == (201, len(people))
    names = ("name", "note", "number", "x")
    expected = [{name: one.get(name) or "" for name in names} for one in PEOPLE]
    by_name = {one["name"]: one for one in listed(daemon, other_contacts)}
    assert by_name == {one["name"]: one for one in expected}


def test_exported_vcards_import_again_with_the_same_fields(daemon, contacts, people, other_contacts):
    exported = export(daemon, contacts, "text/vcard")
    assert (exported.status_code, exported.content_type) == (200, "text/vcard; charset=utf-8")
    assert all(f"UID:{uuid}\r\n".encode() in exported.data for uuid in people.values())
    imported = daemon.request("POST", f"{other_contacts}/import", data=exported.data)
    assert imported.status_code == 201
    expected = [{name: text for name, text in one.items() if text is not None} for one in PEOPLE]
    by_name = {one["name"]: one for one in listed(daemon, other_contacts)}
    assert by_name == {one["name"]: one for one in expected}


def test_order_search_limit_and_offset_apply_to_an_export(daemon, contacts, people):
    assert names(export(daemon, contacts, "text/csv", direction="desc", limit=2)) == [ZOE, "Bob"]
    assert names(export(daemon, contacts, "text/csv", search="o", offset=1)) == [ZOE]
    vcards = export(daemon, contacts, "text/vcard", limit=1, offset=1).text
    assert vcards.count("FN:") == vcards.count("FN:Bob\r\n") == 1


def test_an_empty_export_is_a_204(daemon, contacts, people):
    for media_type in ("text/csv", "text/vcard", "text/x-vcard", "vcard"):
        response = export(daemon, contacts, media_type, search="nobody")
        assert (response.status_code, response.data) == (204, b"")


@pytest.mark.parametrize("media_type", ["", "json", "csv", "text/html", "application/json"])
def test_another_format_means_json(daemon, contacts, people, media_type):
    response = export(daemon, contacts, media_type)
    assert response.content_type == "application/json"
    assert response.json["total"] == len(people)


def test_the_content_type_of_a_list_does_not_select_a_file(daemon, contacts, people):
    response = daemon.request("GET", contacts, headers={"Content-Type": "text/csv"})
    assert response.json["total"] == len(people)


def test_the_errors_of_an_export_are_those_of_the_list(daemon, contacts):
    reasons(export(daemon, f"/0.1/phonebooks/{UNKNOWN}/contacts", "text/csv"), 404)
    check_error(export(daemon, contacts, "text/csv", order="shoe"), 400, "invalid-data")
    refused = daemon.request("GET", f"{contacts}?format=text/csv", "no-rights")
    check_error(refused, 401, "unauthorized")
    foreign = daemon.request("GET", f"{contacts}?format=text/csv", "other-tenant")
    reasons(foreign, 404)


def test_the_deprecated_api_exports_no_files(daemon, phonebook, contacts, people):
    response = export(daemon, f"/0.1/tenants/main/phonebooks/{phonebook['id']}/contacts", "text/csv")
    assert response.json["total"] == len(people)
