"""The forms of a number that queries of other systems compare."""

import re
from typing import NamedTuple

from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.parts import number_parts
from xivo_dird.numbers.requested import requested_number

LAST_DIGITS = 9
"""Number of digits from the end of a number that most systems compare: they are the same in all of its spellings."""

_NON_DIGITS = re.compile(r"[^0-9]+")


class NumberForms(NamedTuple):
    """The forms of a number; a text that is no number has none but itself.

    Attributes:
        number: The number as it was asked.
        e164: `+`, the country code and the digits behind it.
        digits: The digits of `number`, without any signs.
        national: The digits that are dialled in the country of the number, with its national prefix.
        last9: The last digits, at most `LAST_DIGITS`, of `e164`, else of `digits`.
    """

    number: str
    e164: str | None
    digits: str | None
    national: str | None
    last9: str | None


def number_forms(text: str, plan: DialPlan) -> NumberForms:
    """Return the forms of the number `text` at a tenant; None for those that it doesn't have, as an extension."""
    digits = _NON_DIGITS.sub("", text) or None
    e164 = next(iter(requested_number(text, plan).complete), None)
    parts = None if e164 is None else number_parts(e164[1:])
    national = None if parts is None else _NON_DIGITS.sub("", parts.national)
    last = (e164 or digits or "")[-LAST_DIGITS:].lstrip("+")
    return NumberForms(text, e164, digits, national or digits, last or None)
