"""A million pairs of random numbers of all countries: none matches."""

import random

from numbers_of_countries import COUNTRIES, asked_forms, e164, random_number, with_same_ending, written_forms
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.written import digit_keys

PAIRS = 1_000_000
ASKED_PER_COUNTRY = 4
TEXTS_PER_COUNTRY = 3


def test_no_pair_of_a_million_random_numbers_matches():
    chance = random.Random(9)
    texts = [
        (e164(number), text, frozenset(digit_keys(text)))
        for country in COUNTRIES
        for number in (random_number(chance, country) for _ in range(TEXTS_PER_COUNTRY))
        for text in written_forms(number, country)[:4]
    ]
    pairs, false_matches = 0, []
    for country in COUNTRIES:
        for _ in range(ASKED_PER_COUNTRY):
            number = random_number(chance, country)
            asked = RequestedNumber(chance.choice(asked_forms(number, country)), DialPlan(country))
            keys = {*asked.keys, *asked.stem_keys}
            pairs += len(texts)
            false_matches += [
                (country, asked.text, text)
                for other, text, other_keys in texts
                if not keys.isdisjoint(other_keys) and other != e164(number) and asked.rank(text) is not None
            ]
    assert pairs >= PAIRS
    assert false_matches == []


def test_numbers_with_the_same_last_digits_never_match():
    chance = random.Random(9)
    pairs, false_matches = 0, []
    for country in COUNTRIES:
        for other in (country, *chance.sample(COUNTRIES, 8)):
            number = random_number(chance, country)
            another = with_same_ending(chance, number, other)
            if another is None:
                continue
            asked = RequestedNumber(chance.choice(asked_forms(number, country)), DialPlan(country))
            for text in written_forms(another, country):
                pairs += 1
                if asked.rank(text) is not None:
                    false_matches.append((country, asked.text, text))
    assert pairs > 10_000
    assert false_matches == []
