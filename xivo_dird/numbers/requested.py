"""A phone number that is looked up, and its comparison with the texts of contacts."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from xivo_dird.numbers.dial_plan import OPEN_PLAN_CODES, DialPlan, country_code, has_numbers_of_length
from xivo_dird.numbers.parsed import ParsedNumber
from xivo_dird.numbers.readings import MatchRank, Reading, readings
from xivo_dird.numbers.written import (
    KEY_DIGITS,
    MIN_STEM_DIGITS,
    WrittenNumber,
    digit_key,
    digit_keys,
    read_numbers,
    stem_key,
)

MAX_EXTENSION_DIGITS = 5
"""Maximum digits of an extension in a company block."""

CACHED_NUMBERS = 1024
"""Number of requested numbers that are kept: one call is looked up in several sources, and by several phones."""

MAX_CACHED_CHARACTERS = 64
"""Maximum length of such a number; longer texts would take much memory."""

_SHORT_DIGITS = KEY_DIGITS - 1
_MAX_SHORT_DIGITS = 10
"""Maximum digits of a number with a short national number: `00500` may precede it."""

_EXTENSION_URI = re.compile(
    r"\s*(?:sips?|tel):([0-9]{1,6})(?!.*;(?:phone-context=\+|ext=))(?:[@;].*)?", re.IGNORECASE
)
"""A caller in the telephone system itself. In a contact, the same URI may be that of another system."""


class RequestedNumber:
    """A number that is looked up at a tenant.

    It is read only when it is compared, since most numbers have no candidates in most sources.
    """

    def __init__(self, text: str, plan: DialPlan) -> None:
        """Prepare the comparison with `text`.

        Args:
            text: A number. If it begins with a single blank, a query string has lost its `+`.
            plan: How numbers are dialled at the tenant.
        """
        self.text = text
        self._plan = plan

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """Return the keys of texts that may have the number (see `digit_keys`)."""
        keys = digit_keys(self.text)
        can_be_short = any(len(written.digits) <= _MAX_SHORT_DIGITS for written in self._written)
        if not can_be_short or not has_numbers_of_length(self._plan.country, _SHORT_DIGITS):
            return keys
        return tuple(dict.fromkeys((*keys, *_keys_of_short_numbers(self.complete, self._plan))))

    @cached_property
    def stem_keys(self) -> tuple[int, ...]:
        """Return the keys of company blocks that may contain the number (see `stem_key`)."""
        return tuple(dict.fromkeys(map(stem_key, _stems(self.complete))))

    @cached_property
    def complete(self) -> tuple[str, ...]:
        """Return the numbers that it may be, in E.164 format, the likeliest first."""
        return tuple(number for number in self._ranks if number.startswith("+") and ";" not in number)

    @cached_property
    def local(self) -> tuple[str, ...]:
        """Return the digits that it has as an extension or a local number."""
        return tuple(number for number in self._ranks if number.isdecimal())

    @cached_property
    def _written(self) -> tuple[WrittenNumber, ...]:
        return _read(self.text)

    @cached_property
    def _ranks(self) -> dict[str, MatchRank]:
        """Return the lowest rank of each reading."""
        ranks: dict[str, MatchRank] = {}
        for reading in (reading for number in self._written for reading in readings(number, self._plan)):
            ranks[reading.number] = min(reading.rank, ranks.get(reading.number, reading.rank))
        return ranks

    def rank(self, text: str) -> int | None:
        """Return how `text` has the number: the lowest `MatchRank`; None if it does not have it.

        A text with several numbers has each of them.
        """
        if text == self.text:
            return MatchRank.EXACT
        lowest: int | None = None
        for rank in self._ranks_in(text):
            if rank == MatchRank.DIALLED:
                return rank
            lowest = rank if lowest is None else min(rank, lowest)
        return lowest

    def lowest_rank(self, texts: Iterable[str]) -> int | None:
        """Return the lowest rank of several texts; None if none of them has the number."""
        return min((rank for text in texts if (rank := self.rank(text)) is not None), default=None)

    def _ranks_in(self, text: str) -> Iterator[int]:
        for written in read_numbers(text):
            for reading in self._readings(written):
                rank = self._ranks.get(reading.number)
                if rank is not None:
                    yield max(rank, reading.rank)
            if written.stem:
                yield from self._company_ranks(written)

    def _readings(self, written: WrittenNumber) -> Iterator[Reading]:
        """Yield the readings of a number in a contact: what one dials in the country is not a foreign number."""
        is_dialled = False
        for reading in readings(written, self._plan):
            if not (is_dialled and reading.rank == MatchRank.UNPREFIXED):
                yield reading
            is_dialled = is_dialled or (reading.rank == MatchRank.DIALLED and reading.number.startswith("+"))

    def _company_ranks(self, written: WrittenNumber) -> Iterator[int]:
        """Yield the rank of a company block that contains the number."""
        zeros = len(written.digits) - len(written.stem)
        for reading in self._readings(written):
            stem = reading.number.removesuffix("0" * zeros)
            if zeros > 1 and not stem.startswith(OPEN_PLAN_CODES):
                continue
            for number in self.complete:
                if number.startswith(stem):
                    extension = len(number) - len(stem)
                    if extension <= MAX_EXTENSION_DIGITS:
                        yield MatchRank.COMPANY + extension


def requested_number(text: str, plan: DialPlan) -> RequestedNumber:
    """Return the prepared number `text`, cached if it is as short as numbers are."""
    return (_cached_number if len(text) <= MAX_CACHED_CHARACTERS else RequestedNumber)(text, plan)


_cached_number = lru_cache(CACHED_NUMBERS)(RequestedNumber)


def _read(text: str) -> tuple[WrittenNumber, ...]:
    """Read a requested number, in which a blank may be the plus of a query string that was not encoded."""
    extension = _EXTENSION_URI.fullmatch(text)
    if extension is not None:
        return read_numbers(extension[1])
    if not text.startswith(" "):
        return read_numbers(text)
    with_plus = read_numbers(f"+{text[1:]}")
    number = ParsedNumber.international(with_plus[0].digits) if with_plus else None
    if number is not None and number.is_valid:
        return with_plus
    return tuple(number for number in read_numbers(text) if not number.is_bare)


def _keys_of_short_numbers(numbers: Iterable[str], plan: DialPlan) -> Iterator[int]:
    """Yield the keys of E.164 numbers whose national numbers are shorter than a key, as in their own country."""
    code = country_code(plan.country)
    for number in numbers:
        national = number.removeprefix(f"+{code}")
        if len(national) == _SHORT_DIGITS and national.isdecimal():
            yield from map(digit_key, (f"{code}{national}", national, f"0{national}"))


def _stems(numbers: Iterable[str]) -> Iterator[str]:
    """Yield what may be in front of the extension of E.164 numbers."""
    for number in numbers:
        digits = number[1:]
        for end in range(len(digits), max(len(digits) - MAX_EXTENSION_DIGITS, MIN_STEM_DIGITS) - 1, -1):
            yield digits[:end]
