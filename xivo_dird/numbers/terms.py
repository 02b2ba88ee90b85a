"""Search terms that are parts of phone numbers, found in numbers that are written in another way."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat

from xivo_dird.numbers.characters import plain_text
from xivo_dird.numbers.dial_plan import DialPlan, country_code, national_prefix
from xivo_dird.numbers.parsed import ParsedNumber
from xivo_dird.numbers.written import MAX_DIGITS, MIN_LOCAL_DIGITS, WrittenNumber, read_numbers

MIN_DIGITS = 3
"""Minimum digits of a term that is searched in numbers; fewer digits are in too many of them."""

MIN_SIGNIFICANT_DIGITS = 2
"""Minimum digits behind a prefix that is replaced: `+336` is in too many numbers."""

MAX_CHARACTERS = 4096
"""Characters of a text that are searched for numbers."""

_TERM = re.compile(r"\s*\+?[0-9 ()\[\]./-]*")
_SIGNS = r"[ \t~()\[\]./\\\u2010-\u2015\u2212-]"
# Begins with a sign, since signs are rarer than digits.
_SEPARATED = re.compile(rf"{_SIGNS}(?<=[0-9)\]].){_SIGNS}*[0-9(\[]")
_ONE_NUMBER = re.compile("[+]?[0-9]+(?:[ .-][0-9]+)+")
_LETTER = re.compile(r"[^\W\d_]")
_NON_DIGITS = re.compile(r"[^0-9]+")
_OPTIONAL_ZERO = "(0)"


def has_separated_digits(normalized: str) -> bool:
    """Return whether a normalized text may have numbers with blanks or punctuation; fast, for millions of texts."""
    return _SEPARATED.search(normalized) is not None


def separated_digits(texts: Iterable[str]) -> list[str]:
    """Return the digits of the numbers in some texts that are written with blanks or punctuation."""
    found: list[str] = []
    for text in texts:
        if (
            _ONE_NUMBER.fullmatch(text) and len(text) <= MAX_DIGITS
        ):  # fast path: the usual ways to write one number
            found.append(_NON_DIGITS.sub("", text))
        elif has_separated_digits(text if text.isascii() else plain_text(text)):
            found += [number.digits for number in _numbers_in(text) if number.digits not in text]
    return found


def _numbers_in(text: str) -> Iterator[WrittenNumber]:
    """Yield the numbers that are written in a text, each on its own.

    In a text with letters, only whole numbers count: `Tel. 030 231250` has one, `12 rue 75001` none. In `+33 (0)6 39`
    the zero is optional (ITU-T E.123), so this is two numbers.
    """
    text = text[:MAX_CHARACTERS]
    has_letters = _LETTER.search(text) is not None
    has_optional_zero = _OPTIONAL_ZERO in text
    for number in chain.from_iterable((number, *number.parts) for number in read_numbers(text)):
        if len(number.digits) >= MIN_LOCAL_DIGITS or not has_letters:
            yield number
            if has_optional_zero and (number.has_plus or number.digits.startswith("00")):
                parsed = ParsedNumber.international(number.digits.removeprefix("00"))
                if parsed is not None:
                    yield number._replace(digits=parsed.e164[1:], has_plus=True)


class NumberTerm:
    """Digits that are a part of a number.

    Attributes:
        digits: The digits of the term.
        needles: Texts of digits; the digits of each matching number contain one of them. The first one is the term.
        beginnings: Other spellings of what the number begins with: the national one of an international term, and vice
            versa.
    """

    def __init__(self, digits: str, is_international: bool, plan: DialPlan) -> None:
        """Prepare a comparison.

        Args:
            digits: The digits of the term.
            is_international: Whether the term begins with `+`.
            plan: How numbers are dialled at the tenant.
        """
        beginnings = (
            () if plan.country is None else _prefixes(plan.country).beginnings(digits, is_international)
        )
        self.digits = digits
        self._international = beginnings[:1]
        self.beginnings = tuple(beginning for beginning in beginnings if digits not in beginning)
        self.needles = tuple(dict.fromkeys((digits, *self.beginnings)))

    @property
    def written_beginnings(self) -> tuple[str, ...]:
        """Return what a number that begins with the term may begin with when it is written without punctuation."""
        return tuple(
            f"{prefix}{beginning}"
            for beginning in self.beginnings
            for prefix in (("+", "00", "") if beginning in self._international else ("",))
        )

    def matches(self, text: str) -> bool:
        """Return whether a number that is written in the text contains the term, in this or another spelling."""
        return any(self._is_in(number) for number in _numbers_in(text))

    def _is_in(self, number: WrittenNumber) -> bool:
        if self.digits in number.digits:
            return True
        if number.has_plus or number.digits.startswith("00"):
            return number.digits.removeprefix("00").startswith(self._international)
        return len(number.digits) >= MIN_LOCAL_DIGITS and number.digits.startswith(self.beginnings)


def read_number_term(term: str, plan: DialPlan) -> NumberTerm | None:
    """Return the number that a term is a part of.

    Returns:
        None if the term has characters that numbers don't have, or fewer than `MIN_DIGITS` digits.
    """
    if _LETTER.search(term) or len(term) > MAX_CHARACTERS:
        return None
    comparable = plain_text(term)
    if _TERM.fullmatch(comparable) is None:
        return None
    digits = _NON_DIGITS.sub("", comparable)
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        return None
    return NumberTerm(digits, "+" in comparable, plan)


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """What may precede a national significant number in a country.

    Attributes:
        code: The country code.
        dialled_prefix: The national (trunk) prefix, as it is dialled; "" if there is none.
        written_prefix: The same prefix if national numbers are usually written with it, otherwise "".
        international: Matches the prefix of international calls.
    """

    code: str
    dialled_prefix: str
    written_prefix: str
    international: re.Pattern[str]

    def beginnings(self, digits: str, is_international: bool) -> tuple[str, ...]:
        """Return what a number that begins with these digits may begin with in its other spellings.

        Returns:
            The international spelling first; none if the digits have no country code or trunk prefix, or too few
            digits behind it.
        """
        significant = self._significant_part(digits, is_international)
        if len(significant) < MIN_SIGNIFICANT_DIGITS:
            return ()
        beginnings = [self.code + significant, self.written_prefix + significant]
        if len(significant) >= MIN_LOCAL_DIGITS:
            beginnings.append(significant)
        return tuple(dict.fromkeys(beginnings))

    def _significant_part(self, digits: str, is_international: bool) -> str:
        if is_international:
            return self._after_code(digits)
        prefix = self.international.match(digits)
        if prefix is not None:
            return self._after_code(digits[prefix.end() :])
        return digits.removeprefix(self.dialled_prefix) if digits.startswith(self.dialled_prefix) else ""

    def _after_code(self, digits: str) -> str:
        if not digits.startswith(self.code):
            return ""
        return digits.removeprefix(self.code).removeprefix(self.written_prefix)


@lru_cache(maxsize=512)
def _prefixes(region: str) -> _Prefixes:
    """Return the prefixes of a country from the metadata of phonenumbers."""
    metadata = PhoneMetadata.metadata_for_region(region)
    example = phonenumbers.example_number(region) or PhoneNumber()
    significant = phonenumbers.national_significant_number(example)
    national = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
    return _Prefixes(
        code=country_code(region),
        dialled_prefix=national_prefix(region),
        written_prefix=_NON_DIGITS.sub("", national).removesuffix(significant),
        international=re.compile("00" if metadata is None else f"00|{metadata.international_prefix}"),
    )
