"""docs/phones.md: its command, its configurations and its URLs work, and its tables are what the code does."""

import re
from functools import reduce
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import yaml

from api.conftest import Daemon
from phones.vendors import VENDORS
from xivo_dird.authenticator import hash_password
from xivo_dird.phone_documents.error_documents import MESSAGES
from xivo_dird.phones.dialled_number import dialled_number
from xivo_dird.process.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "phones.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))
OFFICE, HOME = "10.20.4.7", "192.0.2.8"
ANY_TENANT = "10.30.0.1"
ANN = "7ad1aa42-6d0f-4f9a-8f0d-7d9e5b7ab111"
TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
BAKERY, FLORIST = "198.51.100.5", "203.0.113.7"
URLS = re.findall(r"dird\.example\.org:9489(/0\.1/[^\s<\"]+)", PAGE)
PLACEHOLDERS = {"#SEARCH": "ann", "$$REMOTENUMBER$$": "101"}
NOTHING = "no line"


@pytest.fixture
def shown(shown_files, monkeypatch):
    """Return a function that starts the application with a file of the page; the password of its user is `secret`."""
    folder = shown_files("phones.md")
    monkeypatch.chdir(folder)

    def start(name, **access):
        config = yaml.safe_load((folder / name).read_text())
        config["access"]["default"] |= access
        for user in config["auth"].get("users", []):
            user["password_hash"] = hash_password("secret")
        return Daemon(config)

    return start


def ask(daemon, path, address, **arguments):
    """Send a request of a phone, without a token."""
    return daemon.request("GET", path, None, environ_base={"REMOTE_ADDR": address}, **arguments)


def typed(url):
    """Return the URL of a setting as a phone sends it."""
    return reduce(lambda text, word: text.replace(*word), PLACEHOLDERS.items(), unescape(url))


def shown_lines(daemon, address):
    response = ask(daemon, "/0.1/directories/lookup/default/lobby/yealink?term=", address)
    assert response.status_code == 200, response.text
    entries = ElementTree.fromstring(response.data).iter("DirectoryEntry")
    return [(entry.findtext("Name"), entry.findtext("Telephone")) for entry in entries]


def table_rows(heading):
    """Return the cells of the rows of the table whose first heading is given, without back-quotes."""
    (table,) = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in table.splitlines()]


def test_the_first_command_prints_what_the_page_shows(printed_on_sample):
    (command,) = re.findall(r"\A# Desk phones\n\n```sh\n(.*?)```", PAGE, re.DOTALL)
    (printed,) = re.findall(r"```xml\n(<\?xml.*?)```", PAGE, re.DOTALL)
    assert printed_on_sample(command) == printed


@pytest.mark.parametrize("example", ["office.yml", "hoster.yml", "errors.yml"])
def test_an_example_is_valid(shown_files, example, monkeypatch):
    monkeypatch.chdir(shown_files("phones.md"))
    assert main(["-c", example, "--check-config"]) == 0


def test_an_office_lets_its_network_in_and_others_with_a_password(shown):
    with shown("office.yml") as daemon:
        lookup = "/0.1/directories/lookup/default"
        own, lobby = f"{lookup}/{ANN}/yealink?term=ann", f"{lookup}/lobby/yealink?term=ann"
        assert [ask(daemon, path, OFFICE).status_code for path in (own, lobby)] == [200, 200]
        password = [ask(daemon, path, HOME, auth=("ann", "secret")).status_code for path in (own, lobby)]
        assert password == [200, 401]
        assert [ask(daemon, own, HOME, auth=auth).status_code for auth in (None, ("ann", "x"))] == [401, 401]


def test_the_lines_of_the_office_are_those_of_the_table(shown):
    with shown("office.yml") as daemon:
        assert shown_lines(daemon, OFFICE) == [tuple(row[:2]) for row in table_rows("name")]


def test_each_network_of_a_hoster_has_its_own_directory(shown):
    with shown("hoster.yml") as daemon:
        assert shown_lines(daemon, BAKERY) == [("Ann Lee", "101")]
        assert shown_lines(daemon, FLORIST) == [("Rose Garden", "0199000200")]
        path = "/0.1/directories/lookup/default/lobby/yealink?term="
        assert ask(daemon, path, HOME).status_code == 401


def test_every_url_of_a_setting_is_answered(shown):
    keys = set()
    with shown("office.yml") as daemon:
        for url in map(typed, URLS):
            response = ask(daemon, url, OFFICE)
            assert response.status_code == 200, url
            keys |= VENDORS.keys() & urlsplit(url).path.split("/")
    assert keys == VENDORS.keys()


def test_links_of_a_form_begin_with_the_public_url(shown):
    with shown("office.yml") as daemon:
        response = ask(daemon, "/0.1/directories/input/default/lobby/cisco", OFFICE)
        url = ElementTree.fromstring(response.data).findtext("URL") or ""
        assert url.startswith("http://dird.example.org:9489/0.1/directories/lookup/default/lobby/cisco?")


def test_symptoms_have_the_status_of_the_table(shown):
    symptoms = "".join(symptom for symptom, _, _ in table_rows("symptom"))
    lookup = "/0.1/directories/lookup"
    subnets = [{"subnet": "10.20.0.0/16", "tenant_uuid": TENANT}, "10.30.0.0/16"]
    with shown("office.yml", methods=["network"], authorized_subnets=subnets) as daemon:
        cases = [
            (f"{lookup}/default/lobby/yealink", OFFICE, "400", "term"),
            (f"{lookup}/default/yealink?term=ann", OFFICE, "400", "xivo_user_uuid"),
            (f"{lookup}/default/lobby/yealink?term=ann", HOME, "403", ""),
            (f"{lookup}/nothing/lobby/yealink?term=ann", OFFICE, "404", "No such profile"),
            (f"{lookup}/default/lobby/yealink?term=ann", ANY_TENANT, "404", "lobby"),
            (f"{lookup}/default/lobby/nokia?term=ann", OFFICE, "404", ""),
        ]
        for path, address, status, text in cases:
            response = ask(daemon, path, address)
            assert str(response.status_code) == status
            assert status in symptoms
            assert text in response.text


def test_the_three_forms_of_a_url_have_the_same_document(shown):
    with shown("office.yml") as daemon:
        values = {"<profile>": "default", "<user_uuid>": "lobby", "<vendor>": "yealink"}
        paths = [
            reduce(lambda text, word: text.replace(*word), values.items(), f"/0.1{form}ann")
            for _, form in table_rows("form")
        ]
        assert len(paths) == 3
        assert len({ask(daemon, path, OFFICE).data for path in paths}) == 1
        assert b"Ann Lee" in ask(daemon, paths[0], OFFICE).data


@pytest.mark.parametrize("file", ["phonebook.xml", "gs_phonebook.xml"])
def test_a_grandstream_phone_finds_the_file_that_it_asks_for(shown, file):
    (path,) = (url for url in URLS if "grandstream" in url)
    assert f"`/{file}`" in PAGE
    with shown("office.yml") as daemon:
        assert b"Ann" in ask(daemon, f"{path}/{file}", OFFICE).data


def test_the_table_of_vendors_is_what_they_declare():
    steps = ("menu", "input", "lookup", "reverse")

    def row(vendor):
        unit = " contacts" if vendor.groups_numbers else ""
        documents = ", ".join(step for step in steps if step in vendor.documents.steps)
        view = f"{vendor.key.replace('-', '_')}_view"
        sizes = (vendor.page_size or vendor.max_items, vendor.max_items)
        return [vendor.key, documents, view, *(f"{size}{unit}" for size in sizes)]

    assert sorted(table_rows("vendor")) == sorted(map(row, VENDORS.values()))


def test_messages_of_errors_are_those_of_the_table():
    shown = {int(status): message.strip("*") for status, message in table_rows("status")}
    assert shown == MESSAGES


def test_vendors_that_get_errors_as_they_are_are_listed():
    (line,) = re.findall(r"^- (`.*) get errors as they are", PAGE, re.MULTILINE)
    keys = {key for key, vendor in VENDORS.items() if not vendor.documents.has_error}
    assert set(re.findall(r"`([\w-]+)`", line)) == keys


def test_a_term_is_required_but_by_the_vendors_of_the_table():
    optional = {key for key, vendor in VENDORS.items() if not vendor.query.model_fields["term"].is_required()}
    (cell,) = (row[1] for row in table_rows("parameter of a lookup") if row[0] == "term")
    assert set(re.findall(r"`([\w-]+)", cell)) == optional


def test_numbers_are_dialled_as_the_table_says():
    for number, kept, replaced in table_rows("in the directory"):
        assert (dialled_number(number) or NOTHING) == kept
        assert (dialled_number(number, "replace") or NOTHING) == replaced


def test_every_vendor_has_a_section():
    sections = set(re.findall(r"^### (.*)$", PAGE, re.MULTILINE))
    assert {key.partition("-")[0].capitalize() for key in VENDORS} <= sections
