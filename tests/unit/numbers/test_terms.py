"""Terms that are parts of phone numbers."""

import pytest

from xivo_dird.numbers.dial_plan import DialPlan, known_country
from xivo_dird.numbers.terms import read_number_term, separated_digits


def matches(term, text, country=None):
    number = read_number_term(term, DialPlan(known_country(country)))
    return number is not None and number.matches(text)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("06 39 98 12 50", ["0639981250"]),
        ("+33 (0)6 39 98 12 50", ["330639981250", "33639981250"]),
        ("06 39 98 12 50 / 01 44 55 66 77", ["0639981250", "0144556677"]),
        ("06 39 98\n01 44 55", ["063998", "014455"]),
        ("030/23125", ["03023125"]),
        ("Tel. 06 39 98 12 50 (B\u00fcro)", ["0639981250"]),
        ("425-555-0101 home", ["4255550101"]),
        ("12 rue 75001 Paris", []),
        ("\u0660\u0666\xa0\u0663\u0669", ["0639"]),
        ("\u202a06 39\u202c", ["0639"]),
        ("06 39 98 12 50 06 39 98 12 51", []),
        ("0639", []),
        ("", []),
    ],
)
def test_the_separated_digits_of_each_number_are_found(text, digits):
    assert separated_digits([text]) == digits


@pytest.mark.parametrize("term", ["", "12", "1a2", "ada", "+", "1" * 19, "12*34", "#123", "12,34", "1+23"])
def test_other_terms_are_no_numbers(term):
    assert read_number_term(term, DialPlan("FR")) is None


@pytest.mark.parametrize(
    ("country", "term", "found", "not_found"),
    [
        ("FR", "06399812", "+33 6 39 98 12 51", "+44 6 39 98 12 51"),
        ("FR", "+336399812", "06 39 98 12 50", "6 39 98"),
        ("FR", "00336399812", "06 39 98 12 50", "16 39 98 12 50"),
        ("FR", "0144", "+33 1 44 55 66 77", "1445"),
        ("FR", "0144", "0033 144 55 66 77", "06 31 44 55 66"),
        ("FR", "0639981250", "639981250", "39981250"),
        ("DE", "030231", "+49 30 23125", "30 231"),
        ("GB", "+4420", "020 7946 0958", "20 79"),
        ("US", "011 1 425 555", "(425) 555-0101", "1 (500) 425-5550"),
        ("US", "1 425 555 0101", "425.555.0101", "425.555.0102"),
        ("HU", "+3614", "06 1 412 3456", "1 412 3456 7"),
        ("RU", "8912345", "+7 912 345-67-89", "912 345"),
        ("IT", "+39 02", "02 1234 5678", "0212"),
        ("ES", "0034 612", "612 34 56 78", "6123"),
        ("NO", "22334", "+47 22 33 44 55", "+46 22 33 54"),
        ("CH", "+41 44 668", "044 668 18 00", "044 66"),
        ("JP", "010 81 3 1234", "03-1234-5678", "3-1234"),
        (None, "+33639", "0033 6 39", "06 39 98 12 50"),
        ("XX", "0639", "06 39", "+33 6 39"),
    ],
)
def test_prefixes_stand_for_each_other_in_their_country_only(country, term, found, not_found):
    assert matches(term, found, country)
    assert not matches(term, not_found, country)


def test_digits_of_two_numbers_are_never_joined():
    for text in ("06 39; 98 12", "06 39\r\n98 12", "0639 a 9812", "x 12 34 y"):
        assert not matches("3998", text)
        assert not matches("1234", text)
    assert not matches("5001", "06 39 98 12 50 / 01 44 55 66 77")
