"""The usual spellings of an example number of every country."""

import random

import pytest

from numbers_of_countries import COUNTRIES, asked_forms, random_number, written_forms
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.written import digit_keys


@pytest.mark.parametrize("seed", range(2))
def test_every_spelling_of_a_number_finds_every_other_one(seed):
    chance = random.Random(seed)
    missed = []
    for country in COUNTRIES:
        for origin in (country, chance.choice(COUNTRIES)):
            called = random_number(chance, origin)
            number = RequestedNumber(chance.choice(asked_forms(called, country)), DialPlan(country))
            missed += [
                (country, number.text, text)
                for text in written_forms(called, country)
                if number.rank(text) is None or set(number.keys).isdisjoint(digit_keys(text))
            ]
    assert missed == []
