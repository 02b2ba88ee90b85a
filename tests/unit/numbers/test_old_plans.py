"""Every change of a numbering plan leads from an old number to its new forms and back."""

import re
from collections.abc import Iterator

import pytest

from xivo_dird.numbers.old_plans import PLAN_CHANGES, PlanChange, current_forms, old_forms

KEPT_DIGITS = 6
"""Digits at the end of a number that no change may touch: the key of a number consists of them."""


def old_numbers(change: PlanChange) -> Iterator[str]:
    """Yield old numbers: with each alternative, and with the lowest and the highest digit of each set."""
    choices = re.search(r"\(([^()?]*\|[^()]*)\)", change.old)
    patterns = (
        [change.old.replace(choices[0], one) for one in choices[1].split("|")] if choices else [change.old]
    )
    yield from (_digits(pattern, place) for pattern in patterns for place in (1, -2))


def _digits(pattern: str, place: int) -> str:
    """Return digits that match a pattern without alternatives, with the digit at this place of each set."""
    digits = re.sub(r"\(\?![^)]*\)|[()]", "", pattern)
    digits = re.sub(r"\\d\{(\d+)\}", lambda match: "2345678901"[: int(match[1])], digits)
    return re.sub(r"\[[^]]*\]", lambda match: match[0][place], digits.replace(r"\d", "[0-8]"))


def test_an_old_number_leads_to_its_new_forms_and_back() -> None:
    for change in PLAN_CHANGES:
        for old in old_numbers(change):
            assert re.fullmatch(change.old, old), change
            forms = list(current_forms(old, is_valid=False))
            assert len(forms) >= len(change.new), change
            assert old not in forms, change
            for number in (old, *forms):
                assert number.isdecimal(), change
                assert number[-KEPT_DIGITS:] == old[-KEPT_DIGITS:], change
            assert all(old in old_forms(form) for form in forms), change


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
