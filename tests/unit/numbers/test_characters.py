"""Digits, signs and invisible characters of every script become ASCII."""

import pytest

from xivo_dird.numbers.characters import plain_text
from xivo_dird.numbers.dial_plan import (
    DialPlan,
    country_code,
    has_local_numbers,
    has_numbers_of_length,
    known_country,
    national_prefix,
)
from xivo_dird.numbers.requested import RequestedNumber


@pytest.mark.parametrize(
    ("characters", "plain"),
    [
        ("0123456789", "0123456789"),
        ("\u0660\u06f1\u0968\uff13\U0001d7d4", "01236"),
        ("~\u02d7\u2043\u2053\u2212\u223c\u30fc\uff5e\uff70\u2010\u2013\u2014", "-" * 12),
        ("\xb7\u2022\u2027\u2219\u22c5\u3002\u30fb\uff0e", "." * 8),
        ("\\\u2044\u2215\uff0f", "/" * 4),
        ("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n" * 10),
        ("\t\xa0\u2009\u3000", " " * 4),
        ("\u034f\u20e3\u200b\u200e\u2066\xad\ufeff\ufe0f\ufe00", ""),
        ("\uff0b\uff08\uff09\uff3b\uff3d", "+()[]"),
        ("Adé\u7530\u2167", "Adé\u7530\u2167"),
    ],
    ids=[
        "ascii",
        "digits",
        "hyphens",
        "dots",
        "slashes",
        "breaks",
        "blanks",
        "invisible",
        "full width",
        "other",
    ],
)
def test_a_character_becomes_plain(characters, plain):
    for _ in range(2):
        assert plain_text(characters) == plain


def test_nothing_is_known_of_a_plan_by_default():
    assert DialPlan() == DialPlan(None, "")
    assert DialPlan().country is None
    assert RequestedNumber("0144556677", DialPlan()).local == ("0144556677",)


@pytest.mark.parametrize(
    ("text", "country"), [(" fr ", "FR"), ("DE", "DE"), ("XX", None), ("", None), (None, None)]
)
def test_a_country_is_known_by_its_code(text, country):
    assert known_country(text) == country


def test_the_plans_of_countries():
    assert [national_prefix(country) for country in ("FR", "DE", "US", "ES")] == ["0", "0", "1", ""]
    assert [country_code(country) for country in ("FR", "US", None)] == ["33", "1", ""]
    assert has_local_numbers("DE")
    assert not has_local_numbers("FR")
    assert has_local_numbers("XX")
    assert has_local_numbers(None)
    assert has_numbers_of_length("FR", 9)
    assert not has_numbers_of_length("FR", 8)
    assert not has_numbers_of_length(None, 9)
    assert not has_numbers_of_length("XX", 9)
