"""The number that a phone dials, from the text in a directory."""

import re
from collections.abc import Callable
from functools import partial
from typing import Literal

from xivo_dird.config.phones import PhonesSection

PlusRule = Literal["keep", "replace"]

DEFAULT_INTERNATIONAL_PREFIX = "00"

MAX_DIALLED_CHARACTERS = 32
"""A longer text is no number: E.164 has 15 digits, and phones accept 32."""

_NOT_DIALLED = re.compile(r"[^0-9*#+()]")
_WITH_TRUNK_PREFIX = re.compile(r"\+(\d+)\(\d+\)(\d+)", re.ASCII)
_BRACKETS = str.maketrans("", "", "()")


def dialled_number(
    text: str, plus: PlusRule = "keep", international_prefix: str = DEFAULT_INTERNATIONAL_PREFIX
) -> str:
    """Return the characters to dial; empty if the text has none, or too many.

    Everything but digits, `*`, `#` and `+` is left out. A bracket after a country code, as in `+33 (0) 1 23`, holds the
    prefix that is dialled only inside the country: it is left out, and the number begins with the international prefix.
    So existing phone directories write such a number.

    Args:
        text: The number as the directory has it.
        plus: What happens to the `+` of other international numbers.
        international_prefix: Replaces the `+`.
    """
    number = text if text.isascii() and text.isdigit() else _NOT_DIALLED.sub("", text)
    if "(" in number or ")" in number:
        number = _without_brackets(number, international_prefix)
    if not number.strip("+"):
        return ""
    if plus == "replace":
        number = (international_prefix if number[0] == "+" else "") + number.replace("+", "")
    return number if len(number) <= MAX_DIALLED_CHARACTERS else ""


def configured_dialling(settings: PhonesSection, plus: PlusRule | None = None) -> Callable[[str], str]:
    """Return `dialled_number` with the settings of phones; `plus` replaces their rule."""
    return partial(
        dialled_number,
        plus=plus or settings.leading_plus,
        international_prefix=settings.international_prefix,
    )


def _without_brackets(number: str, international_prefix: str) -> str:
    if match := _WITH_TRUNK_PREFIX.fullmatch(number):
        return international_prefix + match[1] + match[2]
    return number.translate(_BRACKETS)
