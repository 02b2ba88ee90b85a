"""What the values of a column look like."""

import re
from collections.abc import Iterable

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.parsed import ParsedNumber
from xivo_dird.numbers.written import read_numbers

SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
"""A number that a spreadsheet has written with an exponent: its last digits are lost."""

MAX_LETTERS = 8
"""Maximum number of letters beside a number: `Tel.`, `(private)`."""

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?: .*)?")
_SEVERAL = re.compile(r" ::: |[;,\n]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def looks_like_number(text: str, plan: DialPlan) -> bool:
    """Return whether a text can only be a phone number: complete, and valid where numbers are dialled as in `plan`."""
    return any(_is_valid(part, plan) for part in _SEVERAL.split(text)) and can_have_number(text)


def can_have_number(text: str) -> bool:
    """Return whether a text may be a phone number or an extension."""
    if _DATE.fullmatch(text) or "@" in text or sum(map(str.isalpha, text)) > MAX_LETTERS:
        return False
    return SCIENTIFIC.fullmatch(text) is not None or bool(read_numbers(text))


def looks_like_person(cells: Iterable[str]) -> bool:
    """Return whether cells are values, not names of columns: a number or an e-mail address is among them."""
    return any(
        _EMAIL.fullmatch(cell) or (sum(map(str.isdigit, cell)) >= 5 and can_have_number(cell))
        for cell in map(str.strip, cells)
    )


def _is_valid(text: str, plan: DialPlan) -> bool:
    for number in read_numbers(text):
        digits = number.digits
        if number.has_plus or digits.startswith("00"):
            parsed = ParsedNumber.international(digits.removeprefix("00"))
        elif plan.country is None:
            return digits.startswith("0") and len(digits) >= 8
        else:
            parsed = ParsedNumber.national(digits, plan.country)
        if parsed is not None and parsed.is_valid and parsed.is_dialled:
            return True
    return False
