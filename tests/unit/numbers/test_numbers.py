"""Comparison of phone numbers: a table of spellings by country, and texts that must never match."""

from itertools import combinations, product

import pytest

from xivo_dird.numbers.dial_plan import DialPlan, known_country
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.spellings import spellings
from xivo_dird.numbers.written import MAX_CHARACTERS, STEM_KEYS, digit_keys
from xivo_dird.testing import HOSTILE_NUMBERS

# Groups of spellings by country: all texts of a group are the same number, texts of different groups are not.
NUMBERS = {
    "FR": [
        [
            "+33 1 44 55 66 77",
            "0144556677",
            "01 44 55 66 77",
            "01.44.55.66.77",
            "0033144556677",
            "+33(0)144556677",
            "+33 (0)1 44 55 66 77",
            "tel:+33-1-44-55-66-77",
            "tel:0144556677;phone-context=+33",
            "sip:+33144556677@trunk.example.org;user=phone",
            "33144556677",
            "144556677",
            "\u0660\u0661\u0664\u0664\u0665\u0665\u0666\u0666\u0667\u0667",
            "\uff0b\uff13\uff13 1 44 55 66 77",
            "01\u00a044\u00a055\u00a066\u00a077",
        ],
        ["+33 2 44 55 66 77", "0244556677"],
        ["+33 1 44 55 66 78", "01 44 55 66 78"],
        ["0144556677;ext=12", "+33 1 44 55 66 77 ext. 12", "tel:+33144556677;ext=12", "0144556677 x12"],
        ["+33 6 12 34 56 78", "06-12-34-56-78", "0033 6 12345678"],
        ["+49 1 44 55 66 77"],
    ],
    "DE": [
        [
            "+49 30 1234567",
            "030 1234567",
            "030/1234567",
            "(030) 123 45 67",
            "0049301234567",
            "+49 (0)30 1234567",
        ],
        ["+49 40 1234567", "040-1234567"],
        ["+49 171 1234567", "0171/1234567", "tel:+491711234567"],
        ["+33 1 44 55 66 77", "0033 1 44 55 66 77"],
    ],
    "GB": [
        ["+44 20 7946 0958", "020 7946 0958", "(020) 7946 0958", "00442079460958", "+44 (0)20 7946 0958"],
        ["+44 161 496 0958", "0161 496 0958"],
        ["+44 7400 123456", "07400123456", "447400123456"],
    ],
    "US": [
        [
            "+1 415 555 2671",
            "(415) 555-2671",
            "415-555-2671",
            "415.555.2671",
            "1 415 555 2671",
            "14155552671",
            "tel:+1-415-555-2671",
        ],
        ["+1 212 555 2671", "(212) 555-2671"],
        ["+33 1 44 55 66 77", "011 33 1 44 55 66 77", "0033144556677"],
        ["555-2671", "5552671"],
    ],
    "CA": [
        ["+1 514 555 0123", "514-555-0123", "1-514-555-0123", "15145550123"],
        ["+1 438 555 0123", "(438) 555-0123"],
    ],
    "IT": [
        ["+39 06 1234 5678", "0612345678", "06 1234 5678", "0039 06 12345678"],
        ["+39 312 345 6789", "3123456789"],
    ],
    "CH": [
        ["+41 44 668 18 00", "044 668 18 00", "0041446681800", "+41(0)446681800", "044/668.18.00"],
        ["+41 43 668 18 00", "0436681800"],
    ],
    "AT": [
        ["+43 1 40400", "01 40400", "0043140400", "+43 (0)1 40400"],
        ["+43 664 1234567", "0664/1234567"],
    ],
    "AR": [
        ["+54 9 11 2345 6789", "011 15-2345-6789", "11 15 2345 6789", "0054 9 11 2345 6789"],
        ["+54 351 234 5678", "0351 2345678"],
    ],
    "BR": [
        ["+55 11 96123 4567", "(11) 96123-4567", "011 96123-4567", "0 15 11 96123-4567", "005511961234567"],
        ["+55 21 96123 4567", "021 96123 4567"],
    ],
    "RU": [
        ["+7 495 123 45 67", "8 (495) 123-45-67", "84951234567", "495 123-45-67"],
        ["+7 499 123 45 67", "8 499 123 45 67"],
    ],
    "ES": [
        ["+34 912 34 56 78", "912345678", "912 34 56 78", "0034912345678"],
        ["+34 612 34 56 78", "612-345-678"],
    ],
    "JP": [
        ["+81 3 1234 5678", "03-1234-5678", "(03)1234-5678", "010 81 3 1234 5678"],
        ["+81 6 1234 5678", "06-1234-5678"],
    ],
    "AU": [
        ["+61 2 9374 4000", "(02) 9374 4000", "0293744000", "0011 61 2 9374 4000"],
        ["+61 3 9374 4000", "(03) 9374 4000"],
    ],
    "LU": [["+352 27 12 34 56", "27 12 34 56", "0035227123456"]],
    "HU": [["+36 1 234 5678", "06 1 234 5678", "0036 1 2345678"], ["+36 20 123 4567", "06 20 123 4567"]],
    "SE": [["+46 8 123 456 78", "08-123 456 78", "0046 8 12345678"], ["+46 70 123 45 67", "070-123 45 67"]],
    "PL": [["+48 12 345 67 89", "12 345 67 89", "0048123456789"]],
    "IN": [["+91 98765 43210", "09876543210", "98765 43210", "00919876543210"]],
    None: [
        ["+33 1 44 55 66 77", "0033144556677", "tel:+33144556677", "+33(0)144556677", "33144556677"],
        ["0144556677", "01 44 55 66 77", "01-44-55-66-77"],
        ["144556677"],
        ["+44 20 7946 0958", "0044 20 7946 0958"],
    ],
}
SAME = [
    (country, first, second)
    for country, groups in NUMBERS.items()
    for group in groups
    for first, second in combinations(group, 2)
]
DIFFERENT = [
    (country, first, second)
    for country, groups in NUMBERS.items()
    for one_group, other_group in combinations(groups, 2)
    for first, second in product(one_group, other_group)
]
NEVER = [
    ("FR", "1001", "01001"),
    ("FR", "1001", "10 01"),
    ("FR", "112", "+33112"),
    ("FR", "610", "**610"),
    ("DE", "*31#0301234567", "0301234567"),
    ("FR", "anonymous", "Anonymous"),
    ("FR", "+", "00"),
    ("DE", "++49", "+49"),
    ("FR", "1" * 40, "+" + "1" * 40),
    ("FR", "0144556677", "0144556677" + " " * MAX_CHARACTERS),
    ("FR", "sip:ada@example.org", "ada@example.org"),
    ("FR", "", " "),
    ("FR", "44556677", "0144556677"),
    ("US", "0144556677", "+33 1 44 55 66 77"),
    ("FR", "0144556677;ext=12", "0144556677;ext=13"),
    ("FR", "0144556677;phone-context=+49", "0144556677"),
]


def same_number(asked, text, country):
    return RequestedNumber(asked, DialPlan(known_country(country))).rank(text) is not None


def test_the_table_is_large_and_has_many_countries():
    assert len(SAME) >= 200
    assert len(DIFFERENT) + len(NEVER) >= 200
    assert len(NUMBERS) >= 12


@pytest.mark.parametrize("country", NUMBERS)
def test_spellings_of_one_number_are_the_same_and_share_a_key(country):
    pairs = [(first, second) for region, first, second in SAME if region == country]
    assert [pair for pair in pairs if not same_number(*pair, country)] == []
    assert [(first, second) for first, second in pairs if not same_number(second, first, country)] == []
    assert [pair for pair in pairs if digit_keys(pair[0]) != digit_keys(pair[1])] == []


@pytest.mark.parametrize("country", NUMBERS)
def test_different_numbers_are_not_the_same(country):
    pairs = [(first, second) for region, first, second in DIFFERENT if region == country]
    assert [pair for pair in pairs if same_number(*pair, country)] == []
    assert [(first, second) for first, second in pairs if same_number(second, first, country)] == []


def test_texts_that_only_look_alike_never_match():
    for country, first, second in NEVER:
        assert not same_number(first, second, country), (country, first, second)
        assert not same_number(second, first, country), (country, first, second)


@pytest.mark.parametrize("country", ["FR", "DE", None])
def test_a_hostile_text_equals_only_itself(country):
    for text in HOSTILE_NUMBERS:
        assert same_number(text, text, country)
        assert not any(same_number(text, other, country) for other in ("+33144556677", "1001", f"{text}1"))
        assert text in spellings(text, DialPlan(country))[:1]


def test_short_numbers_have_keys_of_their_own_and_long_texts_none():
    assert digit_keys("1234567") == digit_keys("234567") == (234567,)
    keys = [digit_keys(text) for text in ("1", "01", "001", "12", "123", "1001", "01001", "12345")]
    assert len(set(keys)) == len(keys)
    assert all(1_000_000 <= key < STEM_KEYS.start for (key,) in keys)
    for text in ("1" * 19, "0144556677" + " " * MAX_CHARACTERS, "x" * 1_000_000, "", "Ada", "*31#610"):
        assert digit_keys(text) == ()


@pytest.mark.parametrize("text", ["", None, "XX", "France", "F", "\ud800", "FRA", "001", "Ⅳ"])
def test_an_unknown_country_is_no_error(text):
    assert known_country(text) is None
    assert not same_number("0144556677", "+33144556677", text)
    assert same_number("0033144556677", "+33144556677", text)


@pytest.mark.parametrize("text", ["FR", "fr", " fr "])
def test_a_country_is_known_in_upper_and_lower_case(text):
    assert known_country(text) == "FR"
    assert same_number("0144556677", "+33144556677", text)


def test_the_given_text_is_the_first_of_the_usual_spellings():
    listed = spellings("tel:+33144556677", DialPlan("FR"))
    assert listed[0] == "tel:+33144556677"
    assert {
        "+33144556677",
        "0033144556677",
        "33144556677",
        "+33 1 44 55 66 77",
        "+33.1.44.55.66.77",
        "+33(0)144556677",
        "+33 (0)1 44 55 66 77",
        "0144556677",
        "01 44 55 66 77",
        "01.44.55.66.77",
    } <= set(listed)
    assert len(listed) == len(set(listed)) <= 40


def test_a_foreign_number_has_no_spelling_without_its_country_code():
    listed = spellings("+33144556677", DialPlan("US"))
    assert "0144556677" not in listed
    assert "01133144556677" in listed
    assert spellings("0144556677", DialPlan()) == ("0144556677",)
