"""The table of numbering plans that changed."""

import random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xivo_dird.numbers.old_plans import PLAN_CHANGES, PlanChange, current_forms, old_forms
from xivo_dird.numbers.written import KEY_DIGITS

IDS = [change.old for change in PLAN_CHANGES]


def is_valid(digits: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))


def samples(change: PlanChange) -> list[str]:
    """Return numbers that a change concerns: what random endings of its pattern match."""
    chance = random.Random(change.old)
    prefixes = ["".join(chance.choices("0123456789", k=chance.randrange(1, 6))) for _ in range(3000)]
    code = change.old[: change.old.index("(")]
    lengths = range(7, 16)
    found = (f"{code}{prefix}{chance.randrange(10**6):06}" for prefix in ("", *prefixes))
    return [
        digits for digits in found if len(digits) in lengths and list(current_forms(digits, is_valid=False))
    ]


@pytest.mark.parametrize("change", PLAN_CHANGES, ids=IDS)
def test_an_old_number_becomes_a_valid_one_with_the_same_ending(change):
    numbers = [digits for digits in samples(change) if change.is_optional or not is_valid(digits)]
    became = {
        digits: [form for form in current_forms(digits, is_valid=False) if is_valid(form)]
        for digits in numbers
    }
    assert any(became.values())
    assert all(
        form[-KEY_DIGITS:] == digits[-KEY_DIGITS:] for digits, forms in became.items() for form in forms
    )
    assert all(digits in old_forms(form) for digits, forms in became.items() for form in forms)


@settings(max_examples=300)
@given(st.from_regex(r"[1-9][0-9]{6,13}", fullmatch=True))
def test_a_form_leads_back_to_its_old_number(digits):
    for form in current_forms(digits, is_valid=False):
        assert digits in old_forms(form)
        assert form[-KEY_DIGITS:] == digits[-KEY_DIGITS:]


def test_a_valid_number_is_old_only_where_both_forms_are_in_use():
    assert list(current_forms("541123456789", is_valid=True)) == ["5491123456789"]
    assert list(current_forms("551161234568", is_valid=True)) == []
    assert list(current_forms("551161234568", is_valid=False)) == ["5511961234568"]
