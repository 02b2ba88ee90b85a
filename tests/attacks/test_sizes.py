"""Things that a client can make as large as it wants: each has a limit, and what is too large is refused clearly."""

import sqlite3
import tracemalloc
from contextlib import closing

import pytest

from api.conftest import USER, Daemon, configuration, csv_source
from xivo_dird.contacts.limits import (
    MAX_CONTACT_CHARACTERS,
    MAX_FIELDS,
    MAX_LISTED_ERRORS,
)
from xivo_dird.favorites.service import MAX_CHARACTERS, MAX_FAVORITES

CSV = {"Content-Type": "text/csv; charset=utf-8"}
MANY_FIELDS = {f"f{number}": "x" for number in range(MAX_FIELDS + 1)}
LONG_NAME = {"n" * 1001: "x"}
LARGE = {f"f{number}": "x" * 2000 for number in range(600)}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(configuration(tmp_path_factory.mktemp("sizes"))) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def phonebook(daemon):
    return daemon.request("POST", "/0.1/phonebooks", json={"name": "Sizes"}).json["uuid"]


@pytest.fixture(params=["/0.1/personal", "/0.1/phonebooks/{phonebook}/contacts"])
def contacts(request, phonebook):
    return request.param.format(phonebook=phonebook)


@pytest.fixture(
    params=[
        "/0.1/personal/import",
        "/0.1/personal/import/preview",
        "/0.1/phonebooks/{phonebook}/contacts/import",
        "/0.1/phonebooks/{phonebook}/contacts/import/preview",
    ]
)
def imports(request, phonebook):
    return request.param.format(phonebook=phonebook)


def import_csv(daemon, path, text):
    return daemon.request("POST", path, data=text.encode(), headers=CSV)


@pytest.mark.parametrize("fields", [MANY_FIELDS, LONG_NAME], ids=["many fields", "long name"])
def test_a_contact_with_too_much_in_it_is_refused(daemon, contacts, fields):
    response = daemon.request("POST", contacts, json=fields)
    assert response.status_code == 400
    assert "at most" in response.text
    stored = daemon.request("POST", contacts, json=dict(list(MANY_FIELDS.items())[:MAX_FIELDS]))
    assert stored.status_code == 201
    name = "id" if "personal" in contacts else "uuid"
    path = f"{contacts}/{stored.json.get(name, stored.json['id'])}"
    assert daemon.request("PUT", path, json=fields).status_code == 400
    assert daemon.request("DELETE", path).status_code == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/0.1/personal"),
        ("POST", "/0.1/displays"),
        ("POST", "/0.1/profiles"),
        ("POST", "/0.1/backends/csv/sources"),
        ("PATCH", "/0.1/config"),
    ],
)
def test_a_json_body_above_the_limit_is_a_413(daemon, method, path):
    response = daemon.request(method, path, json={"name": "x" * (1024 * 1024)})
    assert response.status_code == 413
    assert response.json["message"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/0.1/displays", {"name": "x", "columns": [{"field": "x"}] * 1001}, "columns"),
        ("/0.1/profiles", {"name": "x", "services": {str(n): {} for n in range(101)}}, "services"),
        (
            "/0.1/profiles",
            {"name": "x", "services": {"lookup": {"sources": [{"uuid": "0" * 32}] * 1001}}},
            "services",
        ),
        (
            "/0.1/backends/csv/sources",
            {"name": "x", "file": "crew.csv", "format_columns": {str(n): "x" for n in range(1001)}},
            "format_columns",
        ),
        (
            "/0.1/backends/csv/sources",
            {"name": "x", "file": "crew.csv", "searched_columns": ["x"] * 1001},
            "searched_columns",
        ),
    ],
)
def test_a_resource_with_too_many_parts_is_a_400_that_names_them(daemon, path, body, field):
    response = daemon.request("POST", path, json=body)
    assert response.status_code == 400, response.text
    assert field in response.json["details"]


def test_a_patch_with_too_many_operations_is_a_400(daemon):
    change = {"op": "replace", "path": "/debug", "value": False}
    assert daemon.request("PATCH", "/0.1/config", json=[change] * 10_001).status_code == 400
    assert daemon.request("PATCH", "/0.1/config", json=[change] * 10_000).status_code == 200


def test_a_file_with_too_many_columns_is_refused_before_its_rows(daemon, imports):
    header = ",".join(f"c{number}" for number in range(MAX_FIELDS + 1))
    response = import_csv(daemon, imports, header + "\n" + "x\n" * 100_000)
    assert response.status_code == 400
    assert f"more than {MAX_FIELDS} columns" in response.text


def test_a_row_that_is_too_large_is_an_error_of_that_row(daemon):
    cell = "x" * 120_000
    columns = MAX_CONTACT_CHARACTERS // len(cell) + 1
    header = ",".join(f"c{number}" for number in range(columns))
    text = f"{header}\n{','.join([cell] * columns)}\n{','.join(['small'] * columns)}\n"
    response = import_csv(daemon, "/0.1/personal/import", text)
    assert response.status_code == 201
    assert [row["line"] for row in response.json["failed"]] == [2]
    assert len(response.json["created"]) == 1


def test_of_many_rows_that_fail_the_first_are_listed_and_all_counted(daemon, phonebook):
    rows = MAX_LISTED_ERRORS + 500
    text = "name,number\n" + "a,b,c\n" * rows
    personal = import_csv(daemon, "/0.1/personal/import", text + "ada,1\n").json["failed"]
    assert len(personal) == MAX_LISTED_ERRORS + 1
    assert personal[-1]["line"] == MAX_LISTED_ERRORS + 2
    assert "500 rows failed" in personal[-1]["errors"][0]
    refused = import_csv(daemon, f"/0.1/phonebooks/{phonebook}/contacts/import", text).json
    assert len(refused["details"]["errors"]) == MAX_LISTED_ERRORS
    assert refused["message"].startswith(f"{rows} rows")


def test_the_memory_of_an_import_does_not_grow_with_the_errors_in_it(daemon, imports):
    tracemalloc.start()
    try:
        import_csv(daemon, imports, "name,number\n" + "a,b,c\n" * 150_000)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_an_export_whose_table_would_be_huge_is_refused(daemon):
    user = {"token": "second"}
    for number in range(11):
        body = {f"f{number}-{field}": "x" for field in range(MAX_FIELDS)}
        assert daemon.request("POST", "/0.1/personal", json=body, **user).status_code == 201
    response = daemon.get("/personal", format="text/csv", **user)
    assert response.status_code == 400
    assert "export them as JSON" in response.text
    assert len(daemon.get("/personal", **user).json["items"]) == 11


def test_a_usual_source_is_below_every_limit(daemon):
    source = csv_source(name="usual", format_columns={f"c{n}": "{firstname} {lastname}" for n in range(200)})
    body = {key: value for key, value in source.items() if key not in {"tenant", "backend"}}
    assert daemon.request("POST", "/0.1/backends/csv/sources", json=body).status_code < 300


@pytest.mark.parametrize("ids", [[str(number) for number in range(MAX_FAVORITES)], ["x" * MAX_CHARACTERS]])
def test_a_user_has_a_limited_number_of_favorites(tmp_path, ids):
    path = "/0.1/directories/favorites/crew/"
    with Daemon(configuration(tmp_path)) as daemon:
        assert daemon.request("PUT", f"{path}17").status_code == 204
        with closing(sqlite3.connect(tmp_path / "dird.db")) as database, database:
            (source,) = database.execute("SELECT source_uuid FROM favorite").fetchone()
            rows = [(USER, source, contact_id[:9].encode(), contact_id) for contact_id in ids]
            database.execute("DELETE FROM favorite")
            database.executemany("INSERT INTO favorite VALUES (?, ?, ?, ?)", rows)
        refused = daemon.request("PUT", f"{path}18")
        assert (refused.status_code, "10000 favorites" in refused.text) == (400, True)
        assert daemon.request("PUT", f"{path}18", token="second").status_code == 204
        with closing(sqlite3.connect(tmp_path / "dird.db")) as database, database:
            database.execute("DELETE FROM favorite WHERE contact_id = ?", [ids[-1]])
        assert daemon.request("PUT", f"{path}18").status_code == 204
