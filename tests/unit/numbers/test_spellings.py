"""The usual spellings of a number, for directories that compare texts."""

import pytest

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.parts import (
    NumberParts,
    dialled_abroad,
    is_dialled_in,
    number_parts,
    old_number_parts,
)
from xivo_dird.numbers.spellings import spellings

PARIS = NumberParts("33", "0", "1", ["44", "55", "66", "77"], "+33 1 44 55 66 77", "01 44 55 66 77")
INTERNATIONAL = (
    *("+33144556677", "+33 1 44 55 66 77", "+33 (1) 44556677", "0033144556677", "33144556677"),
    *("0033 1 44 55 66 77", "+33-1-44-55-66-77", "+33.1.44.55.66.77", "+33 (1) 44 55 66 77"),
    *("+33 (1) 44-55-66-77", "+33(1)44556677", "+33 144556677", "+33 1 44556677", "+33 1-44556677"),
    *("+33 1/44556677", "+33/1/44556677", "+33(0)144556677", "+33 (0)1 44 55 66 77"),
    *("+33 (0) 1 44 55 66 77", "+33 (0)1 44556677", "+33 (0)1/44556677"),
)
NATIONAL = (
    *("01 44 55 66 77", "(01) 44556677", "01/44556677", "144556677", "01-44-55-66-77"),
    *("01.44.55.66.77", "01 44556677", "01-44556677", "01 / 44556677", "01/44 55 66 77"),
    *("(01)44556677", "(01) 44 55 66 77", "(01) 44-55-66-77"),
)


def test_a_number_of_the_country_is_spelled_nationally_and_internationally():
    assert spellings("0144556677", DialPlan("FR")) == ("0144556677", *INTERNATIONAL, *NATIONAL)


@pytest.mark.parametrize(("country", "dialled"), [("DE", ()), ("US", ("01133144556677",))])
def test_a_number_of_another_country_is_spelled_as_it_is_dialled_there(country, dialled):
    assert spellings("+33144556677", DialPlan(country)) == (*INTERNATIONAL, *dialled)


def test_without_a_country_only_international_spellings_are_known():
    assert spellings("+33144556677", DialPlan()) == INTERNATIONAL


@pytest.mark.parametrize("text", ["2045", "Ada", ""])
def test_an_extension_or_a_text_has_no_other_spelling(text):
    assert spellings(text, DialPlan("FR")) == (text,)


def test_a_german_number_may_be_that_of_an_extension_of_a_company():
    found = spellings("+49301234567", DialPlan("DE"))
    assert {"+4930123456-7", "030 123456-7", "030/123456-0", "(030) 12345-67", "+49 30 1234-567"} <= set(
        found
    )
    assert {"+4930123-4567", "030 123-4567", "+49301234567-0"} <= set(found)
    assert not any(
        text.endswith("34567") and "-34567" in text for text in found if not text.startswith("+49-")
    )
    abroad = spellings("+49301234567", DialPlan("FR"))
    assert "+4930123456-7" in abroad
    assert not any(text.startswith("030") for text in abroad)


def test_a_number_has_also_the_spellings_before_its_plan_changed():
    found = spellings("+2252721234567", DialPlan("CI"))
    assert {"+22521234567", "21234567", "0022521234567"} <= set(found)
    assert "21234567" not in spellings("+2252721234567", DialPlan("FR"))
    for country, number, old in (
        ("RU", "+74951234567", "8095 1234567"),
        ("RU", "+74951234567", "+7 (095) 1234567"),
        ("VN", "+842438123456", "(04) 3812 3456"),
        ("VN", "+842438123456", "+84 4 38123456"),
        ("CO", "+576012345678", "(1) 2345678"),
        ("CH", "+41446681800", "01 6681800"),
        ("MX", "+525512345678", "+52 1 5512345678"),
        ("MX", "+525512345678", "044 5512345678"),
    ):
        assert old in spellings(number, DialPlan(country)), old


def test_spellings_are_kept_unless_the_text_is_long():
    plan = DialPlan("FR")
    longest = "0144556677".ljust(64)
    assert spellings(longest, plan) is spellings(longest, plan)
    assert spellings(f"{longest} ", plan) is not spellings(f"{longest} ", plan)


def test_the_parts_of_a_number():
    assert number_parts("33144556677") == PARIS
    assert number_parts("493012345") == NumberParts("49", "0", "30", ["12345"], "+49 30 12345", "030 12345")
    assert number_parts("12125550123") == NumberParts(
        "1", "", "212", ["555", "0123"], "+1 212-555-0123", "(212) 555-0123"
    )
    for no_number in ("0", "999", "", "x"):
        assert number_parts(no_number) is None


def test_the_names_of_the_parts_in_templates():
    assert PARIS.names() == {
        "code": "33",
        "trunk": "0",
        "area": "1",
        "rest": "44556677",
        "spaced": "44 55 66 77",
        "hyphened": "44-55-66-77",
        "dotted": "44.55.66.77",
        "international": "+33 1 44 55 66 77",
        "national": "01 44 55 66 77",
        "dialled": "0144556677",
        "dialled_spaced": "01 44 55 66 77",
        "dialled_hyphened": "01-44-55-66-77",
        "dialled_dotted": "01.44.55.66.77",
    }


def test_an_old_number_has_the_groups_of_what_it_has_become():
    current = number_parts("2252721234567")
    assert current is not None
    assert old_number_parts("22521234567", current) == NumberParts(
        "225", "", "", ["212", "34567"], "+225  212 34567", " 212 34567"
    )
    current = NumberParts("33", "0", "1", ["44", "55"], "", "")
    assert old_number_parts("331455", current) == NumberParts(
        "33", "0", "1", ["4", "55"], "+33 1 4 55", "01 4 55"
    )
    assert old_number_parts("33155", current) == NumberParts("33", "0", "1", ["55"], "+33 1 55", "01 55")


def test_an_old_number_of_another_area_ends_like_what_it_has_become():
    for digits, current_digits, area, groups in (
        ("441719460958", "442079460958", "171", ["946", "0958"]),
        ("3012345678", "302102345678", "1", ["234", "5678"]),
        ("4116681800", "41446681800", "1", ["66818", "00"]),
        ("70951234567", "74951234567", "095", ["12345", "67"]),
        ("5215512345678", "525512345678", "1", ["551234", "5678"]),
        ("84438123456", "842438123456", "4", ["3812", "3456"]),
        ("5712345678", "576012345678", "1", ["2345678"]),
    ):
        current = number_parts(current_digits)
        assert current is not None
        old = old_number_parts(digits, current)
        assert old is not None
        assert (old.area, old.groups) == (area, groups), digits


def test_an_old_number_that_is_valid_today_has_its_own_groups():
    other = NumberParts("33", "0", "1", ["4", "4"], "", "")
    assert old_number_parts("33144556677", other) == PARIS
    assert old_number_parts("33144556677", other._replace(code="49")) == PARIS
    assert old_number_parts("999", other) is None


def test_a_number_is_dialled_without_its_code_only_in_its_country():
    assert is_dialled_in(PARIS, "FR")
    assert not is_dialled_in(PARIS, "DE")
    assert not is_dialled_in(PARIS, None)


def test_what_is_dialled_in_another_country():
    assert dialled_abroad("33144556677", "DE") == "0033144556677"
    assert dialled_abroad("33144556677", "US") == "01133144556677"
    assert dialled_abroad("0", "DE") == ""
