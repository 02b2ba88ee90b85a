"""The phones of a vendor that a third party adds: a declaration, a template and an entry point are enough."""

import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from api.conftest import USER
from phones.conftest import LOOPBACK, plain
from phones.people import CREW, HARD_TERM, PROFILES, Person, phone_configuration
from phones.simulated.phone import Line, Phone, Screen, encoded, joined
from servers.daemon import DaemonProcess
from servers.distribution import install

EXAMPLE = Path(__file__).parents[1] / "example_plugin"
PEOPLE = [*CREW[:5], Person("Maximilian Aurelius Stern", "99")]
UNUSED = ("broken_view", "hanging_view")


class Acme(Phone):
    """Plays the phone of the added vendor."""

    vendor = "acme"

    def search_url(self, term: str) -> str:
        form = self.document(self.url("input"))
        return joined(form.attrib["url"], f"{form.attrib['field']}={encoded(term)}")

    def screen(self, document: ET.Element) -> Screen:
        more = document.find("More")
        lines = [Line(person.text or "", person.attrib["number"]) for person in document.iter("Person")]
        return Screen(lines, next=None if more is None else more.attrib["url"])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Start a daemon with the distribution of the third party; return its URL."""
    folder = tmp_path_factory.mktemp("vendor")
    config = plain(phone_configuration(folder, PEOPLE))
    rules = {"methods": ["network"], "authorized_subnets": [LOOPBACK]}
    config["access"] = {"views": {"acme_view": rules}}
    config["phones"] = {"errors_as_documents": True}
    config["enabled_plugins"] = {"views": dict.fromkeys(UNUSED, False)}
    environment = {**os.environ, "PYTHONPATH": str(install(EXAMPLE, folder))}
    with DaemonProcess(folder, config, environment) as daemon:
        yield f"http://127.0.0.1:{daemon.port}"


@pytest.mark.parametrize("family", ["user", "gateway", "successor"])
def test_the_added_phone_searches_and_pages(root, family):
    pages = list(Acme(root, USER, family=family).pages(HARD_TERM))
    assert [len(page.lines) for page in pages] == [2, 2, 1]
    assert [line for page in pages for line in page.lines] == [
        Line(person.name, person.office) for person in CREW[:5]
    ]


def test_the_limits_of_the_declaration_hold(root):
    assert Acme(root, USER).lines("aurelius") == [Line("Maximilian Aurelius…", "99")]


def test_the_added_vendor_is_in_openapi(root):
    description = yaml.safe_load(Acme(root, USER).get(f"{root}/0.1/api/openapi.yml").body)
    described = {path for path in description["paths"] if "acme" in path}
    assert described == {
        path
        for step in ("menu", "input", "lookup")
        for path in (
            f"/directories/{step}/{{profile}}/{{user_uuid}}/acme",
            f"/directories/{step}/{{profile}}/acme",
            f"/acme/directories/{step}/{{profile}}",
        )
    }


@pytest.mark.parametrize(
    ("profile", "query", "status", "message"),
    [("nowhere", "term=x", "404", "Unknown directory or user"), ("default", "", "400", "Invalid request")],
)
def test_the_added_phone_shows_errors(root, profile, query, status, message):
    phone = Acme(root, USER, profile)
    document = phone.document(joined(phone.url("lookup"), query))
    assert (document.tag, document.attrib, document.text) == ("AcmeError", {"status": status}, message)


def test_documents_that_the_template_lacks_have_no_route(root):
    phone = Acme(root, USER)
    assert phone.get(phone.url("reverse")).status == 404


def test_the_menu_of_the_added_phone_leads_to_the_profiles_of_its_user(root):
    phone = Acme(root, USER)
    urls = {book.attrib["name"]: book.attrib["url"] for book in phone.document(phone.url("menu"))}
    assert urls.keys() == {*PROFILES, "templates"}
    screen = phone.open(joined(urls["north / south"], "term=aurelius"))
    assert [line.number for line in screen.lines] == ["99"]
