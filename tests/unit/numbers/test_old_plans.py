"""Every change of a numbering plan leads from an old number to its new forms and back."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xivo_dird.numbers.old_plans import PLAN_CHANGES, PlanChange, current_forms, old_forms

KEPT_DIGITS = 6
"""Digits at the end of a number that no change may touch: the key of a number consists of them."""


@pytest.mark.parametrize("change", PLAN_CHANGES, ids=map(str, range(len(PLAN_CHANGES))))
@settings(max_examples=3)
@given(data=st.data())
def test_an_old_number_leads_to_its_new_forms_and_back(change: PlanChange, data: st.DataObject) -> None:
    old = data.draw(st.from_regex(re.compile(change.old, re.ASCII), fullmatch=True))
    forms = list(current_forms(old, is_valid=False))
    assert len(forms) >= len(change.new)
    for number in (old, *forms):
        assert number.isdecimal()
        assert number[-KEPT_DIGITS:] == old[-KEPT_DIGITS:]
    assert all(old in old_forms(form) for form in forms)
    assert old not in forms


@pytest.mark.parametrize(
    ("old", "new", "of_valid"),
    [
        ("541123456789", ["5491123456789"], ["5491123456789"]),
        ("5491123456789", [], []),
        ("551187654321", ["5511987654321"], []),
        ("2012345678", [], []),
        ("20112345678", ["201012345678", "201112345678", "201112345678"], []),
        ("22521234567", [f"225{area}21234567" for area in ("07", "05", "01", "27", "25", "21")], []),
        ("441712345678", ["442072345678"], []),
        ("33144556677", [], []),
    ],
)
def test_a_valid_number_is_an_old_one_only_if_both_forms_are_in_use(
    old: str, new: list[str], of_valid: list[str]
) -> None:
    assert list(current_forms(old, is_valid=False)) == new
    assert list(current_forms(old, is_valid=True)) == of_valid
