"""Values that can only be phone numbers, and values that are none."""

import pytest

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.process.csv_preview.values import can_have_number, looks_like_number, looks_like_person

GERMANY = DialPlan("DE")


@pytest.mark.parametrize(
    "text", ["+49 30 1234567", "0049301234567", "030/1234567", "0171 1234567", "1 ::: +49301234567"]
)
def test_complete_numbers_of_the_country_are_recognised(text):
    assert looks_like_number(text, GERMANY)


@pytest.mark.parametrize(
    "text",
    [
        "10115",
        "1990-01-31",
        "31.01.1990",
        "12/10/1815",
        "ada@example.org",
        "1001",
        "Main 1",
        "19900131",
        "EUR 100",
    ],
)
def test_dates_codes_and_texts_are_no_numbers(text):
    assert not looks_like_number(text, GERMANY)


def test_without_a_country_long_numbers_with_a_prefix_are_recognised():
    assert looks_like_number("030 1234567", DialPlan())
    assert not looks_like_number("1234567", DialPlan())


@pytest.mark.parametrize("text", ["4711", "12", "4.93E+11", "Tel. 030 1234567"])
def test_extensions_and_destroyed_numbers_may_be_numbers(text):
    assert can_have_number(text)


def test_a_row_with_a_number_or_an_address_is_a_person():
    assert looks_like_person(["Ada", "030 1234567"])
    assert looks_like_person(["Ada", "ada@example.org"])
    assert not looks_like_person(["name", "phone 1", "2024"])
