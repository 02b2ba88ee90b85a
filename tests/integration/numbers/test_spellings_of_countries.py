"""Numbers of all countries: any spelling of a number finds it, and no spelling of another number does."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numbers_of_countries import COUNTRIES, asked_forms, random_number, with_same_ending, written_forms
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.written import digit_keys, read_numbers

A_COUNTRY = st.sampled_from(COUNTRIES)
A_CHANCE = st.randoms(use_true_random=False)
TEXTS = st.text(st.sampled_from(" +-./()[]0123456789*#;,:'\"=x\u202a\u00a0ー٣Tel\n"), max_size=40)


@settings(max_examples=100)
@given(A_COUNTRY, A_COUNTRY, A_CHANCE)
def test_every_spelling_of_a_number_finds_every_other_spelling(country, origin, chance):
    called = random_number(chance, origin)
    forms = written_forms(called, country)
    number = RequestedNumber(chance.choice(asked_forms(called, country)), DialPlan(country))
    assert [text for text in forms if number.rank(text) is None] == []
    assert [text for text in forms if set(number.keys).isdisjoint(digit_keys(text))] == []


@settings(max_examples=100)
@given(A_COUNTRY, A_COUNTRY, A_COUNTRY, A_CHANCE)
def test_no_spelling_of_another_number_with_the_same_ending_does(country, origin, other, chance):
    number = random_number(chance, origin)
    another = with_same_ending(chance, number, other)
    if another is None or phonenumbers.is_number_match(number, another) == phonenumbers.MatchType.EXACT_MATCH:
        return
    asked = RequestedNumber(chance.choice(asked_forms(number, country)), DialPlan(country))
    assert [text for text in written_forms(another, country) if asked.rank(text) is not None] == []


@given(TEXTS)
def test_the_keys_of_a_text_are_those_of_its_numbers(text):
    numbers = read_numbers(text)
    assert bool(digit_keys(text)) == bool(numbers)
    assert len(digit_keys(text)) <= 3 * len(numbers)
    for number in numbers:
        assert set(digit_keys(number.digits)) <= set(digit_keys(text))


@settings(max_examples=100)
@given(TEXTS, TEXTS, A_COUNTRY)
def test_any_text_can_be_compared_with_any_other(asked, text, country):
    number = RequestedNumber(asked, DialPlan(country, "0"))
    assert number.rank(asked) == 0
    if number.rank(text) is not None:
        assert not {*number.keys, *number.stem_keys}.isdisjoint(digit_keys(text)) or asked == text


@pytest.mark.parametrize(
    "text", ["1" * 10**5, "(" * 10**5, "0 " * 10**5, "1-" * 120, "/" * 250, "*" * 250, "x1" * 120]
)
def test_a_malicious_text_is_read_at_once(text):
    assert len(read_numbers(text)) <= 1
