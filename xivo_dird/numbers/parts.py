"""The parts of a number that its spellings are made of."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from more_itertools import longest_common_prefix

from xivo_dird.numbers.dial_plan import country_code
from xivo_dird.numbers.parsed import ParsedNumber

_NON_DIGITS = re.compile(r"\D+")
_GROUP = re.compile(r"\d+")


class NumberParts(NamedTuple):
    """The parts of a number.

    Attributes:
        code: The digits of the country code.
        trunk: The national prefix, "" if there is none.
        area: The area code, or the first group of a number without one.
        groups: The groups behind it.
        international: The usual international format (ITU-T E.123).
        national: The usual format in the country of the number.
    """

    code: str
    trunk: str
    area: str
    groups: Sequence[str]
    international: str
    national: str

    def names(self) -> dict[str, str]:
        """Return the parts by the names that templates use."""
        return {
            "code": self.code,
            "trunk": self.trunk,
            "area": self.area,
            "rest": "".join(self.groups),
            "spaced": " ".join(self.groups),
            "hyphened": "-".join(self.groups),
            "dotted": ".".join(self.groups),
            "international": self.international,
            "national": self.national,
            "dialled": _NON_DIGITS.sub("", self.national),
            "dialled_spaced": " ".join(_GROUP.findall(self.national)),
            "dialled_hyphened": "-".join(_GROUP.findall(self.national)),
            "dialled_dotted": ".".join(_GROUP.findall(self.national)),
        }


def number_parts(digits: str) -> NumberParts | None:
    """Return the parts of a number, given by its digits with the country code; None if there is no such code."""
    number = ParsedNumber.international(digits)
    if number is None:
        return None
    international, national = number.international_format, number.national_format
    dialled = _NON_DIGITS.sub("", national)
    trunk = dialled.removesuffix(number.significant) if dialled.endswith(number.significant) else ""
    code, area, *groups = _GROUP.findall(international)
    return NumberParts(code, trunk, area, groups, international, national)


def old_number_parts(digits: str, current: NumberParts) -> NumberParts | None:
    """Return the parts of a number of an old plan, in the groups of what it has become.

    Args:
        digits: The digits of the old number, with its country code.
        current: The parts of the current number.
    """
    significant = digits.removeprefix(current.code)
    number = ParsedNumber.international(digits)
    is_valid = number is not None and number.is_valid
    if is_valid or not digits.startswith(current.code) or not current.groups:
        return number_parts(digits)
    area = current.area
    if not significant.startswith(area):
        end = "".join(current.groups)
        end = f"{area}{end}" if significant.endswith(f"{area}{end}") else end  # a prefix of the area code
        kept = longest_common_prefix((significant[::-1], end[::-1]))
        area = significant[: -len(list(kept))]
    rest, size = significant.removeprefix(area), len(current.groups[-1])
    groups = [group for group in (rest[:-size], rest[-size:]) if group]
    written = " ".join((area, *groups))
    return NumberParts(
        current.code, current.trunk, area, groups, f"+{current.code} {written}", f"{current.trunk}{written}"
    )


def is_dialled_in(parts: NumberParts, country: str | None) -> bool:
    """Return True if a number belongs to a country, so that it is dialled there without its country code."""
    return country_code(country) == parts.code


def dialled_abroad(digits: str, country: str) -> str:
    """Return the digits that are dialled in a country for a number of another one; "" if there is no such number."""
    number = ParsedNumber.international(digits)
    return "" if number is None else _NON_DIGITS.sub("", number.dialled_from(country))
