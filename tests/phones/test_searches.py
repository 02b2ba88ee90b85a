"""A search on a phone of each vendor: the text that arrives, the pages, the lines, and what is dialled."""

import re

import pytest

from phones.people import CREW, HARD_TERM, LONG_TERM, ODD_NAMES, PEOPLE, PERCENT, PROFILES
from phones.simulated import PHONES
from phones.simulated.phone import Line
from phones.vendors import VENDORS

CREW_LINES = [Line(person.name, person.office) for person in CREW]
PAGED = ["aastra", "cisco", "fanvil", "gigaset", "polycom", "snom", "thomson-tb30", "unify"]
ONE_PAGE = sorted(set(PHONES) - {*PAGED, "grandstream"})
SEARCHED = sorted({*PAGED, *ONE_PAGE})
ONE_PAGE_OF_FEW = {"panasonic", "thomson"}
GROUPED = {"fanvil-v2", "grandstream", "panasonic"}
NOTHING_IF_EMPTY = {"gigaset", "grandstream", "panasonic"}
MANY_LINES = {"fanvil-v2": 45, "htek": 45, "panasonic": 20, "thomson": 8, "yealink": 45}
KEYS = {
    "aastra": (["Next Page"], ["Previous Page", "Next Page"], ["Previous Page"]),
    "cisco": (
        ["Dial", "Exit", "NextPage"],
        ["Dial", "PrevPage", "Exit", "NextPage"],
        ["Dial", "PrevPage", "Exit"],
    ),
    "fanvil": (
        ["Dial", "Exit", "NextPage"],
        ["Dial", "PrevPage", "Exit", "NextPage"],
        ["Dial", "PrevPage", "Exit"],
    ),
    "polycom": (["Next"], ["Previous", "Next"], ["Previous"]),
    "thomson-tb30": (["Next Page"], ["Previous Page", "Next Page"], ["Previous Page"]),
    "unify": (["Dial", "NextPage"], ["Dial", "PrevPage", "NextPage"], ["Dial", "PrevPage"]),
}


def test_every_vendor_has_a_simulated_phone():
    assert PHONES.keys() == VENDORS.keys()


@pytest.mark.parametrize("vendor", PAGED)
def test_the_pages_have_every_line_once_in_order(phone):
    pages = list(phone.pages(HARD_TERM))
    assert [line for page in pages for line in page.lines] == CREW_LINES
    assert all(page.lines for page in pages)


@pytest.mark.parametrize("vendor", sorted(KEYS))
def test_each_page_has_the_keys_that_lead_somewhere(phone, vendor):
    assert tuple(page.keys for page in phone.pages(HARD_TERM)) == KEYS[vendor]


@pytest.mark.parametrize("vendor", sorted({*KEYS, "snom"}))
def test_the_key_of_the_previous_page_leads_back_to_the_first(phone, vendor):
    *_, last = pages = list(phone.pages(HARD_TERM if vendor != "snom" else ""))
    back = [last]
    while back[-1].previous is not None:
        back.append(phone.open(back[-1].previous))
    assert back[::-1] == pages
    assert len(pages) > 1


@pytest.mark.parametrize("vendor", ONE_PAGE)
def test_a_phonebook_has_as_many_lines_as_its_phone_can_show(phone, vendor):
    (page,) = phone.pages(HARD_TERM)
    assert page.lines == CREW_LINES[: MANY_LINES[vendor]]


@pytest.mark.parametrize("vendor", SEARCHED)
@pytest.mark.parametrize(("term", "number"), [(PERCENT, "401"), (LONG_TERM, "402")])
def test_the_typed_text_arrives_as_it_is(phone, term, number):
    assert [line.number for line in phone.lines(term)] == [number]


@pytest.mark.parametrize("vendor", SEARCHED)
def test_one_letter_finds_people(phone):
    assert [line for line in phone.lines("é") if line.number]


@pytest.mark.parametrize("vendor", SEARCHED)
def test_a_text_that_nobody_has_shows_one_line_without_a_number(phone, vendor):
    lines = [] if vendor in NOTHING_IF_EMPTY else [Line("No entries", "")]
    assert phone.lines("nobody has this") == lines


@pytest.mark.parametrize("vendor", sorted(PHONES.keys() - ONE_PAGE_OF_FEW))
def test_an_empty_text_finds_everybody(phone):
    names = {line.name for line in phone.lines("")}
    assert {"Ann Lee", "Cher", *(person.name for person in CREW)} <= names


@pytest.mark.parametrize("vendor", sorted(ONE_PAGE_OF_FEW))
def test_an_empty_text_fills_the_page_of_a_small_phone(phone, vendor):
    assert len({line.name for line in phone.lines("")}) == MANY_LINES[vendor]


def test_a_contact_has_a_line_for_each_number(phone, vendor):
    lines = [line for line in phone.lines("lees") if line.name.split()[1:2] == ["Lee"]]
    if vendor in GROUPED:
        names = ["Ann Lee"] * 3 + ["Bob Lee", "Dee Lee"]
    else:
        names = ["Ann Lee", "Ann Lee (home)", "Ann Lee (mobile)", "Bob Lee", "Dee Lee"]
    numbers = {"101", "0144", "0033612345678", "0612"}
    assert [line.name for line in lines] == names
    assert {line.number for line in lines} == numbers


def test_number_display_names_the_lines(new_phone, vendor):
    lines = [line for line in new_phone(vendor, "templates").lines("ann") if line.name.startswith("Ann")]
    names = {"Ann Lee"} if vendor in GROUPED else {"Ann Lee", "Ann Lee (cell of Lees)", "Ann Lee (home)"}
    assert {line.name for line in lines} == names


@pytest.mark.parametrize("number", range(len(ODD_NAMES)), ids=list(ODD_NAMES))
def test_a_name_is_shown_as_it_is_without_control_characters(phone, vendor, number):
    name = list(ODD_NAMES.values())[number]
    if vendor == "panasonic":
        name = re.sub(" +", " ", re.sub("[&<>\"']", " ", name)).strip()
    limit = VENDORS[vendor].max_name_characters
    if len(name) > limit:
        name = name[: limit - 1] + "…"
    assert [line.name for line in phone.lines(f"odd {number:02}") if line.number == str(300 + number)] == [
        name
    ]


def test_the_numbers_are_those_that_can_be_dialled(phone, vendor):
    lines = [line for line in phone.lines("vectors") if line.name.startswith("Vector")]
    expected = {"0033123456789", "12", "+440", "5555555555", "+15551234567", "*98#", "55501"}
    if vendor == "panasonic":
        expected = expected - {"+440", "+15551234567"} | {"00440", "0015551234567"}
    assert {phone.dial(line) for line in lines} == expected


@pytest.mark.parametrize("vendor", sorted(PHONES.keys() - {"gigaset"}))
@pytest.mark.parametrize("family", ["gateway", "successor"])
def test_the_other_families_of_urls_give_the_same_lines(new_phone, vendor, family):
    assert new_phone(vendor, family=family).lines("lees") == new_phone(vendor).lines("lees")


@pytest.mark.parametrize("family", ["user", "gateway", "successor"])
def test_a_grandstream_finds_its_directory_by_both_names(new_phone, family):
    phone = new_phone("grandstream", family=family)
    lines = phone.lines("")
    phone.file = "gs_phonebook.xml"
    assert phone.lines("") == lines


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_may_have_any_name(new_phone, vendor, profile):
    for family in ("user", "gateway", "successor"):
        phone = new_phone(vendor, profile, family)
        assert "302" in [line.number for line in phone.lines("cher")]
        assert len(list(phone.pages("crew"))) == len(list(new_phone(vendor).pages("crew")))


def test_the_number_of_the_first_line_is_in_the_directory(phone):
    line, *_ = phone.lines("dee lee")
    assert phone.dial(line) in {person.office for person in PEOPLE}


@pytest.mark.parametrize(
    ("number", "names"),
    [("0612345678", []), ("302", ["Cher"]), ("*98#", ["Vector 3"]), ("999", [])],
)
def test_a_gigaset_shows_the_name_of_a_caller(new_phone, number, names):
    assert new_phone("gigaset").names_of(number) == names
