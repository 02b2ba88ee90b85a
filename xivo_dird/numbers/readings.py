"""What a written number means at a tenant: the readings of its digits, in the order in which they are tried."""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from xivo_dird.numbers.dial_plan import DialPlan, country_code, has_local_numbers
from xivo_dird.numbers.old_plans import current_forms
from xivo_dird.numbers.parsed import ParsedNumber
from xivo_dird.numbers.written import MIN_LOCAL_DIGITS, WrittenNumber

MIN_DIGITS = 5
"""Minimum digits of a national number; a shorter one is an extension or a service."""

MIN_UNPREFIXED_DIGITS = 9
"""Minimum digits of a number without its prefix where numbers can be dialled without area code (up to 8 digits)."""


class MatchRank(IntEnum):
    """How a number matches; of several matches the lowest rank wins."""

    EXACT = 0
    """The same text."""

    DIALLED = 1
    """The same number: as it is dialled in the tenant's country, or in international format."""

    UNPREFIXED = 2
    """The same number, if digits without any prefix are an international number (or lack the national prefix)."""

    OLD_PLAN = 3
    """The same number, if one of them belongs to a numbering plan that has changed."""

    COMPANY = 4
    """A company block that the number belongs to; one more for each digit of the extension."""


class Reading(NamedTuple):
    """One reading of a number.

    Attributes:
        rank: The least rank of a match of this reading.
        number: E.164 with `;ext=` if there is an extension; or only digits, for an extension or a local number.
    """

    rank: MatchRank
    number: str


def readings(written: WrittenNumber, plan: DialPlan) -> Iterator[Reading]:
    """Yield the readings of a number at a tenant, those of its parts first; none if it is no phone number there.

    Each reading is found when it is needed: nearly always the first one decides.
    """
    if written.is_bare:
        yield Reading(MatchRank.DIALLED, written.digits)
    for part in written.parts:
        yield from readings(part, plan)
    extension = f";ext={written.extension}" if written.extension else ""
    parsed: list[ParsedNumber] = []
    for rank, number in _parse(written, plan):
        yield Reading(rank, f"{number.e164}{extension}")
        parsed.append(number)
    if not any(number.is_valid for number in parsed):
        yield from _local_readings(written, plan)
    for number in parsed:
        yield from _current_readings(number, extension)


def _local_readings(written: WrittenNumber, plan: DialPlan) -> Iterator[Reading]:
    """Yield the digits of a number without area code, also behind the prefix of an outside line."""
    if written.has_plus or written.extension:
        return
    prefix = plan.outside_line_prefix
    for digits in dict.fromkeys((written.digits, written.digits.removeprefix(prefix))):
        if len(digits) >= MIN_LOCAL_DIGITS:
            yield Reading(MatchRank.DIALLED, digits)


def _current_readings(number: ParsedNumber, extension: str) -> Iterator[Reading]:
    """Yield the numbers that an old number has become."""
    for form in current_forms(number.e164[1:], is_valid=number.is_valid):
        current = ParsedNumber.international(form)
        if current is not None and current.is_valid:
            yield Reading(MatchRank.OLD_PLAN, f"{current.e164}{extension}")


def _parse(written: WrittenNumber, plan: DialPlan) -> Iterator[tuple[MatchRank, ParsedNumber]]:
    """Yield the numbers that digits are, by rank."""
    digits, country = written.digits, plan.country
    international = ParsedNumber.international(digits.removeprefix("00")) if written.has_plus else None
    if international is not None:
        yield MatchRank.DIALLED, international
        return
    if len(digits) < MIN_DIGITS:
        return
    national = ParsedNumber.national(digits, country)
    is_known = False
    if national is not None and national.is_dialled:
        if national.is_valid or len(digits) >= MIN_LOCAL_DIGITS:
            yield MatchRank.DIALLED, national
        is_known, national = national.is_valid, None
    outside = None if is_known else _parse_outside(digits, plan)
    if outside is not None:
        yield MatchRank.DIALLED, outside
    if not written.parts:
        yield from _parse_unprefixed(digits, country, national, is_known or outside is not None)


def _parse_outside(digits: str, plan: DialPlan) -> ParsedNumber | None:
    """Return the valid number that is dialled behind the prefix of an outside line."""
    outside = digits.removeprefix(plan.outside_line_prefix)
    if outside == digits:
        return None
    number = ParsedNumber.national(outside, plan.country)
    return number if number is not None and number.is_dialled and number.is_valid else None


def _parse_unprefixed(
    digits: str, country: str | None, national: ParsedNumber | None, is_known: bool
) -> Iterator[tuple[MatchRank, ParsedNumber]]:
    """Yield the numbers that digits are without a prefix: an international one, and `national` unless one `is_known`.

    Digits with the code of the own country are international: that is how trunks send them. 00 is a prefix in all
    countries: address books keep it, also where another one is dialled. If no number is valid, the invalid ones
    count.
    """
    candidates: list[tuple[MatchRank, ParsedNumber]] = []
    international = ParsedNumber.international(digits.removeprefix("00"))
    if international is not None and _can_be_international(digits, country):
        rank = MatchRank.DIALLED if digits.startswith("00") else MatchRank.UNPREFIXED
        candidates.append((rank, international))
        if international.is_valid and international.country_code == country_code(country):
            national = None
    if national is not None and not is_known and _can_be_national(digits, country):
        candidates.append((MatchRank.UNPREFIXED, national))
    is_known = is_known or any(number.is_valid for _, number in candidates)
    for rank, number in candidates:
        if number.is_valid or (not is_known and len(digits) >= MIN_LOCAL_DIGITS):
            yield rank, number


def _can_be_international(digits: str, country: str | None) -> bool:
    """Return True if digits without a prefix are long enough for an international number.

    A short local number is not a foreign number. Where every number has its area code, those of the own country may
    be shorter (Falkland Islands: 500 and five digits).
    """
    is_own = digits.startswith(country_code(country)) and not has_local_numbers(country)
    return is_own or len(digits) >= MIN_UNPREFIXED_DIGITS


def _can_be_national(digits: str, country: str | None) -> bool:
    """Return True if digits without the national prefix are too long for a local number."""
    return len(digits) >= MIN_UNPREFIXED_DIGITS or not has_local_numbers(country)
