"""`xivo-dird source check` of a web service that answers JSON: what is wrong, in plain words."""

import json
import sqlite3
from contextlib import closing

import pytest

from plugins.backends.json_ws import samples
from servers.commands import CommandFolder
from servers.json_services import JsonServices
from servers.jwt_endpoint import ISSUER
from servers.salesforce import AUDIENCE


@pytest.fixture(scope="module")
def services():
    with JsonServices() as services:
        yield services


def check(folder, term, options):
    commands = CommandFolder(folder)
    commands.add("sources", "crm", backend="json_ws", **options)
    return commands.call("source", "check", "crm", term)


@pytest.mark.parametrize("make_options", [samples.espo, samples.glpi, samples.vtiger])
def test_a_source_that_works_is_shown(tmp_path, services, make_options):
    options = {**make_options(services.url), "first_matched_columns": ["numbers"]}
    if make_options is not samples.espo:
        options["first_matched_columns"] = ["phone"]
    printed = check(tmp_path, "stern", options)
    assert printed.status == 0, printed.output
    assert "Ada Stern" in printed.output


PROBLEMS = {
    "a refused key": (
        lambda url: {**samples.espo(url), "auth": {"type": "none"}},
        ["wrong user name or password", "answered 401"],
    ),
    "a refused login": (
        lambda url: {**samples.vtiger(url), "secrets": {"user_key": "wrong"}},
        ["wrong user name or password", "auth.steps.1", "the keys success, error"],
    ),
    "a refused token": (
        lambda url: {**samples.zoho(url), "auth": {**samples.zoho(url)["auth"], "refresh_token": "wrong"}},
        ["wrong user name or password", "the login failed: auth: answered 400"],
    ),
    "another path of items": (
        lambda url: {**samples.espo_list(url), "items": "rows"},
        ["no such path", "rows; it is an object with the keys total, list", "the option items"],
    ),
    "other paths of fields": (
        lambda url: {**samples.espo_list(url), "fields": {"id": "uid", "name": "label"}},
        ["no such path", "uid, label; an item is an object with the keys id, name"],
    ),
    "a signed token for another user": (
        lambda url: samples.salesforce(url, claims={"iss": ISSUER, "sub": "x", "aud": AUDIENCE}),
        ["signed token refused", "(invalid_grant: user hasn't approved this consumer)"],
    ),
    "a key of another kind": (
        lambda url: samples.salesforce(url, algorithm="ES256"),
        ["wrong option", "auth.jwt.key: ES256 needs a key of the curve P-256"],
    ),
    "a key file that is missing": (
        lambda url: samples.salesforce(url, key="${file:/nowhere/key.pem}"),
        ["auth.jwt.key: ${file:/nowhere/key.pem}: ", "no such secret"],
    ),
    "a wrong path of one field": (
        lambda url: {**samples.espo_list(url), "fields": {"id": "id", "name": "label"}},
        ["the column 'name' (searched_columns) is empty in every entry", "fields.name (label)"],
    ),
    "an error with status 200": (
        lambda url: (
            {**samples.odoo(url), "search": {**samples.odoo(url)["search"], "path": "jsonrpc"}}
            | {"secrets": {"key": "wrong"}}
        ),
        ["wrong user name or password", "auth.steps.0"],
    ),
    "another URL": (lambda url: {**samples.espo(url), "url": f"{url}/crm"}, ["not found", "answered 404"]),
    "an unknown variable": (
        lambda url: {**samples.espo(url), "search": {"path": "{trem}"}},
        ["search: unknown variable {trem}; known are limit"],
    ),
}


@pytest.mark.parametrize(("make_options", "expected"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_is_wrong_is_named(tmp_path, services, make_options, expected):
    printed = check(tmp_path, "stern", make_options(services.url))
    assert printed.status != 0
    assert [text for text in expected if text not in printed.output] == [], printed.output
    assert [secret for secret in ("k3y-of-the-crm", "PRIVATE KEY") if secret in printed.output] == []


def test_a_directory_without_entries_is_a_problem(tmp_path):
    with JsonServices() as services:
        services.people.clear()
        printed = check(tmp_path, "stern", samples.espo_list(services.url))
    assert printed.status == 1
    assert "no entry was read" in printed.output


@pytest.mark.parametrize("make_options", [samples.odoo, samples.odoo_list], ids=lambda make: make.__name__)
def test_paths_of_single_fields_that_find_nothing_are_hints(tmp_path, services, make_options):
    options = {**make_options(services.url), "first_matched_columns": ["phone"]}
    fields = {**options["fields"], "mail": "email", "both": {"path": ["a", "b"]}, "from": {"constant": "x"}}
    printed = check(tmp_path, "stern", {**options, "fields": fields})
    assert printed.status == 0, printed.output
    every = "every entry" if make_options is samples.odoo_list else "every found entry"
    assert f"- empty in {every}: fields.both (a, b), fields.mail (email): compare" in printed.output


def test_numbers_that_no_entry_has_are_a_hint(tmp_path, services):
    options = samples.glpi(services.url)
    numbers = [{"path": '"3"'}, {"path": '"7"', "kind": "fax"}, {"path": '"8"', "kind": "fax"}]
    printed = check(tmp_path, "stern", {**options, "numbers": numbers})
    assert 'empty in every entry: numbers ("7", "8"): compare' in printed.output
    typed = samples.espo_list(services.url)
    typed["numbers"] |= {"number": "digits"}
    printed = check(tmp_path, "stern", {**typed, "first_matched_columns": ["name"]})
    assert "empty in every entry: numbers (phoneNumberData, digits): compare" in printed.output


def test_a_source_whose_fields_all_have_values_has_no_such_hint(tmp_path, services):
    printed = check(tmp_path, "stern", samples.glpi(services.url))
    assert "empty in" not in printed.output.replace("is empty in", "")


@pytest.mark.parametrize("make_options", [samples.hubspot, samples.hubspot_list])
def test_a_path_that_no_element_of_a_list_has_is_named(tmp_path, services, make_options):
    printed = check(tmp_path, "stern", {**make_options(services.url), "items": "results[*].person"})
    assert "results[*].person; an element is an object with the keys id, properties" in printed.output
    assert printed.output.count("results[*].person") == 1


def test_a_column_without_values_is_a_hint_of_other_backends_too(tmp_path):
    with closing(sqlite3.connect(tmp_path / "crm.db")) as database:
        database.execute("CREATE TABLE people AS SELECT 'Ada Stern' AS name, NULL AS e_mail")
        database.commit()
    commands = CommandFolder(tmp_path)
    commands.configuration["backends"]["sql"] = {"folders": [str(tmp_path)]}
    columns = {"name": "name", "mail": "e_mail"}
    options = {"uri": f"sqlite:///{tmp_path / 'crm.db'}", "table": "people", "columns": columns}
    commands.add("sources", "crm", backend="sql", searched_columns=["name"], **options)
    printed = commands.call("source", "check", "crm", "--json")
    assert json.loads(printed.output)["empty_fields"] == ["columns.mail (e_mail)"]
