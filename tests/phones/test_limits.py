"""Documents of every vendor for hostile names and numbers, and for more people than a phone can show."""

import logging
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest

from api.conftest import USER, Daemon
from phones.people import Person, phone_configuration
from phones.simulated import PHONES
from phones.simulated.phone import Answer, joined
from phones.vendors import VENDORS

ROOT = "http://dird.example.org"
PAGED = {"aastra", "cisco", "fanvil", "gigaset", "polycom", "snom", "thomson-tb30", "unify"}
LONG_URL_TERM = "\N{ARABIC LETTER MEEM}" * 256
MAX_LINES = {
    "aastra": 28,
    "cisco": 32,
    "fanvil": 100,
    "fanvil-v2": 1000,
    "gigaset": 100,
    "grandstream": 2000,
    "htek": 1000,
    "panasonic": 20,
    "polycom": 50,
    "snom": 100,
    "thomson": 32,
    "thomson-tb30": 30,
    "unify": 100,
    "yealink": 5000,
}
MAX_NAME_CHARACTERS = {"aastra": 128, "cisco": 64, "panasonic": 24}
HOSTILE_NAMES = {
    "every control character": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "characters outside XML": "\ufffe\uffff\ufdd0\U0001ffff",
    "the end of a CDATA section": "]]>",
    "markup": "</Name><Telephone>666</Telephone><Name>",
    "an entity": "&xxe; &#0; <!DOCTYPE x [<!ENTITY y 'z'>]>",
    "a template": "{{ 7 * 7 }} {% raw %}",
    "quotes": "\"'`",
    "an override of the direction": "\u202e\u2066\u2069",
    "blanks": " \u00a0\u2003\u3000 ",
    "combining marks": "a" + "\u0301" * 500,
    "10,000 characters": "&" * 10_000,
    "10,000 emoji": "\U0001f469" * 10_000,
}
UNDIALLED = ["n/a", "9" * 300, "+", "", "()", "+()", "\u0661\u0662"]


CROWD = 1200


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    people = [Person(f"Crowd {number:04}", str(10_000 + number), company="Crowd") for number in range(CROWD)]
    for number, name in enumerate(HOSTILE_NAMES.values()):
        people.append(Person(name, str(2000 + number), "0612", company=f"Hostile {number:02}"))
    people += [
        Person(f"Undialled {number}", "777", text, company="Undialled")
        for number, text in enumerate(UNDIALLED)
    ]
    people += [Person("Never dialled", text, company="Undialled") for text in UNDIALLED]
    people += [Person("&" * 200 + str(number), str(3000 + number), company="Long") for number in range(60)]
    people += [Person(f"Meem {number}", str(4000 + number), company=LONG_URL_TERM) for number in range(60)]
    with Daemon(phone_configuration(tmp_path_factory.mktemp("daemon"), people)) as daemon:
        yield daemon


@pytest.fixture(params=sorted(PHONES))
def phone(request, daemon, monkeypatch):
    """Return a phone of each vendor that sends its requests to the application in this process."""
    phone = PHONES[request.param](ROOT, USER)

    def get(url):
        assert url.startswith(f"{ROOT}/")
        response = daemon.request("GET", url.removeprefix(ROOT), base_url=ROOT)
        return Answer(response.status_code, response.headers["Content-Type"], response.data)

    monkeypatch.setattr(phone, "get", get)
    return phone


def documents(phone, url):
    """Yield the document of each page."""
    while url is not None:
        body = phone.get(url).body
        yield body
        url = phone.screen(ET.fromstring(body)).next


def first_lines(phone, term, limit):
    """Return the lines of the first page, of which the phone asks for `limit`."""
    if phone.vendor == "gigaset":
        phone.count = limit
        return phone.open(phone.search_url(term)).lines
    return phone.open(joined(phone.search_url(term), f"limit={limit}")).lines


@pytest.mark.parametrize("number", range(len(HOSTILE_NAMES)), ids=list(HOSTILE_NAMES))
def test_a_hostile_name_is_one_text_of_a_document(phone, number):
    lines = [line for line in phone.lines(f"hostile {number:02}") if line.number == str(2000 + number)]
    assert len(lines) == 1
    assert not any(unicodedata.category(character) == "Cc" for character in lines[0].name)
    assert lines[0].name == " ".join(lines[0].name.split())
    assert lines[0].name


@pytest.mark.parametrize("vendor", ["aastra", "cisco", "snom"])
@pytest.mark.parametrize("number", range(len(HOSTILE_NAMES)), ids=list(HOSTILE_NAMES))
def test_the_name_of_a_caller_is_one_text_of_a_document(daemon, vendor, number):
    path = f"/directories/reverse/default/{USER}/{vendor}"
    response = daemon.get(path, exten=str(2000 + number))
    texts = [element.text or "" for element in ET.fromstring(response.data).iter()]
    assert not any(unicodedata.category(letter) == "Cc" for text in texts for letter in text.strip("\n"))
    assert len(response.data) < 10_000


def test_only_numbers_that_can_be_dialled_have_a_line(phone):
    lines = [line for line in phone.lines("undialled") if line.name.startswith(("Undialled", "Never"))]
    assert [line.number for line in lines] == ["777"] * len(UNDIALLED)


def test_a_document_has_at_most_as_many_lines_as_the_phone_shows(phone):
    expected = min(MAX_LINES[phone.vendor], CROWD)
    lines = first_lines(phone, "crowd", 100_000)
    if phone.vendor == "grandstream":
        assert len(lines) > CROWD
    else:
        assert [line.name for line in lines] == [f"Crowd {number:04}" for number in range(expected)]


def test_no_line_of_many_is_lost_between_pages(phone):
    if phone.vendor in PAGED:
        names = [f"Crowd {number:04}" for number in range(CROWD)]
        assert [line.name for line in phone.lines("crowd")] == names


def test_a_list_that_is_cut_is_logged_if_the_phone_is_not_told(phone, caplog):
    with caplog.at_level(logging.INFO, "xivo_dird.phone_documents"):
        first_lines(phone, "crowd", 10)
    unit = "contacts" if VENDORS[phone.vendor].groups_numbers else "lines"
    pattern = rf"A {phone.vendor} phone of the profile default gets 10 of 1\d\d\d {unit}"
    assert len(caplog.messages) == (0 if phone.vendor in PAGED else 1)
    assert all(re.fullmatch(pattern, message) for message in caplog.messages)


def test_a_list_that_is_not_cut_is_not_logged(phone, caplog):
    with caplog.at_level(logging.INFO, "xivo_dird.phone_documents"):
        phone.lines("crowd 0007")
    assert caplog.messages == []


def test_a_name_is_at_most_as_long_as_the_phone_shows(phone):
    if VENDORS[phone.vendor].forbidden_in_names:
        term, number = "hostile 11", "2011"  # the emoji
    else:
        term, number = "hostile 10", "2010"
    (name,) = [line.name for line in phone.lines(term) if line.number == number]
    assert len(name) == MAX_NAME_CHARACTERS.get(phone.vendor, 256)
    assert name.endswith("…")


@pytest.mark.parametrize("phone", ["aastra"], indirect=True)
def test_a_page_of_long_names_fits_into_an_aastra(phone):
    pages = list(documents(phone, joined(phone.search_url("long"), "limit=28")))
    assert all(len(body) <= 10_000 for body in pages)
    lines = [line for body in pages for line in phone.screen(ET.fromstring(body)).lines]
    assert len(lines) == 60
    assert {line.number for line in lines} == {str(3000 + number) for number in range(60)}


@pytest.mark.parametrize("phone", ["aastra"], indirect=True)
def test_a_page_with_long_links_fits_into_an_aastra(phone):
    pages = list(documents(phone, joined(phone.search_url(LONG_URL_TERM), "limit=28")))
    assert all(len(body) <= 10_000 for body in pages)
    lines = [line for body in pages for line in phone.screen(ET.fromstring(body)).lines]
    assert {line.number for line in lines} == {str(4000 + number) for number in range(60)}
    assert len(lines) == 60


@pytest.mark.parametrize("items", [33, 100])
def test_a_cisco_gets_at_most_32_entries(daemon, items):
    query = {"term": "crowd", "limit": items}
    response = daemon.get(f"/directories/lookup/default/{USER}/cisco", **query)
    assert response.data.count(b"<DirectoryEntry>") == 32
    assert b"limit=32&amp;offset=32" in response.data
