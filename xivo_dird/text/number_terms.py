"""Search terms that are parts of phone numbers, found in numbers that are written in another way."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat

from xivo_dird.text.folding import caseless

MIN_DIGITS = 3
"""Number of digits from which a term is searched in numbers; fewer digits are in too many of them."""

MAX_DIGITS = 18
"""Number of digits of the longest phone number: 15 (ITU-T E.164) and a prefix for international calls."""

MIN_FULL_DIGITS = 7
"""Number of digits from which a number may be a whole number of the public network; others are extensions."""

MAX_CHARACTERS = 4096
"""Characters of a text that are searched for numbers."""

_TERM = re.compile(r"\s*\+?[0-9 ()\[\]./\u2010-\u2015\u2212-]*")
_SEPARATED = re.compile(r"[0-9)\]][ ()\[\]./\u2010-\u2015\u2212-]+[0-9(\[]")
_NUMBER = re.compile(r"[+(\[]*[0-9](?:[ ()\[\]./\u2010-\u2015\u2212-]*[0-9])*")
_ONE_NUMBER = re.compile("[+]?[0-9]+(?:[ .-][0-9]+)+")
_CELL_BORDERS = re.compile(r"[;,|&\n\r\v\f]|:::| [/\\] |(?<=[0-9])\s+(?=\+)")
_TRUNK_IN_PARENTHESES = re.compile(r"^([+(\[]*[0-9 ]+)\(0\)")
_LABELLED = re.compile(r"[+(\[0]|[0-9]{3}[ .-][0-9]{3}[ .-][0-9]{4}$")
_LETTER = re.compile(r"[^\W\d_]")
_NON_DIGITS = re.compile(r"[^0-9]+")


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number that is written in a text.

    Attributes:
        digits: Its digits.
        is_international: Whether it begins with `+` or 00.
        is_separated: Whether there are blanks or punctuation between its digits.
    """

    digits: str
    is_international: bool
    is_separated: bool


def written_numbers(text: str) -> Iterator[WrittenNumber]:
    """Yield the numbers that are written in a text, each on its own; one may be written in several ways.

    A cell may have several numbers, separated by `;`, `,`, `|`, `&`, `:::`, line breaks, a slash between blanks, or the
    `+` of the next one. In a text with letters, only what looks like a whole phone number is a number:
    `Tel. 030 231250` has one, `12 rue 75001` none. In `+33 (0)6 39` the zero is optional (ITU-T E.123), so this is two
    numbers.
    """
    for part in _CELL_BORDERS.split(text[:MAX_CHARACTERS]):
        comparable = caseless(part)
        has_letters = _LETTER.search(comparable) is not None
        for match in _NUMBER.finditer(comparable):
            yield from _read_number(match[0], has_letters)


def _read_number(number: str, has_letters: bool) -> Iterator[WrittenNumber]:
    digits = _NON_DIGITS.sub("", number)
    if len(digits) > MAX_DIGITS:
        return
    if has_letters and not (len(digits) >= MIN_FULL_DIGITS and _LABELLED.match(number)):
        return
    is_international = "+" in number or digits.startswith("00")
    yield WrittenNumber(digits, is_international, not number.lstrip("+([").isdecimal())
    without_trunk = _TRUNK_IN_PARENTHESES.sub(r"\1", number)
    if is_international and without_trunk != number:
        yield WrittenNumber(_NON_DIGITS.sub("", without_trunk), True, True)


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
        elif _SEPARATED.search(text) is not None or not text.isascii():
            found += [number.digits for number in written_numbers(text) if number.is_separated]
    return found


class NumberTerm:
    """Digits that are a part of a number.

    Attributes:
        digits: The digits of the term.
        needles: Texts of digits; the digits of each matching number contain one of them. The first one is the term.
        beginnings: Other spellings of what the number begins with: the national one of an international term, and vice
            versa.
    """

    def __init__(self, digits: str, is_international: bool, country: str | None) -> None:
        """Prepare a comparison.

        Args:
            digits: The digits of the term.
            is_international: Whether the term begins with `+`.
            country: The two-letter code of the country that national numbers belong to, None if unknown.
        """
        plan = _dialling_plan(country)
        self.digits = digits
        self._national, self._code = "", ""
        if plan is not None:
            self._code = plan.code
            self._national = plan.significant_part(digits, is_international)
        beginnings = plan.beginnings(self._national) if plan is not None and self._national else ()
        self.beginnings = tuple(beginning for beginning in beginnings if digits not in beginning)
        self.needles = tuple(dict.fromkeys((digits, *self.beginnings)))

    @property
    def written_beginnings(self) -> tuple[str, ...]:
        """Return what a number that begins with the term may begin with when it is written without punctuation."""
        international = self._code + self._national
        return tuple(
            written
            for beginning in self.beginnings
            for written in (
                (f"+{beginning}", f"00{beginning}", beginning) if beginning == international else (beginning,)
            )
        )

    def matches(self, text: str) -> bool:
        """Return whether a number that is written in the text contains the term, in this or another spelling."""
        return any(self._is_in(number) for number in written_numbers(text))

    def _is_in(self, number: WrittenNumber) -> bool:
        if self.digits in number.digits:
            return True
        digits = number.digits.removeprefix("00") if number.is_international else number.digits
        return any(
            digits.startswith(beginning) and self._may_begin(number, beginning)
            for beginning in self.beginnings
        )

    def _may_begin(self, number: WrittenNumber, beginning: str) -> bool:
        """Return whether a number with this beginning belongs to the country, and is no extension."""
        if number.is_international:
            return beginning == self._code + self._national
        return len(number.digits) >= MIN_FULL_DIGITS


def read_number_term(term: str, country: str | None) -> NumberTerm | None:
    """Return the number that a term is a part of.

    Returns:
        None if the term has characters that numbers don't have, or fewer than `MIN_DIGITS` digits.
    """
    if _LETTER.search(term) or len(term) > MAX_CHARACTERS:
        return None
    comparable = caseless(term)
    if _TERM.fullmatch(comparable) is None:
        return None
    digits = _NON_DIGITS.sub("", comparable)
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        return None
    return NumberTerm(digits, "+" in comparable, country)


@dataclass(frozen=True, slots=True)
class _DiallingPlan:
    """How numbers of a country are dialled.

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

    def significant_part(self, digits: str, is_international: bool) -> str:
        """Return what follows the country code or the trunk prefix; "" if the number has neither, or too little."""
        prefix = None if is_international else self.international.match(digits)
        if is_international or prefix:
            significant = self._after_code(digits if prefix is None else digits[prefix.end() :])
        elif self.dialled_prefix:
            has_prefix = digits.startswith(self.dialled_prefix)
            significant = digits.removeprefix(self.dialled_prefix) if has_prefix else ""
        else:
            significant = digits
        return significant if len(significant) >= MIN_DIGITS else ""

    def beginnings(self, significant: str) -> tuple[str, ...]:
        """Return what a whole number with this beginning may begin with, in all of its spellings."""
        beginnings = [self.code + significant, self.written_prefix + significant]
        if len(significant) >= MIN_FULL_DIGITS:
            beginnings.append(significant)
        return tuple(dict.fromkeys(beginnings))

    def _after_code(self, digits: str) -> str:
        if not digits.startswith(self.code):
            return ""
        significant = digits.removeprefix(self.code)
        return significant.removeprefix(self.written_prefix)


@lru_cache(maxsize=512)
def _dialling_plan(country: str | None) -> _DiallingPlan | None:
    """Return the plan of a country from the metadata of phonenumbers; None if there is none."""
    region = (country or "").strip().upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        return None
    metadata = PhoneMetadata.metadata_for_region(region)
    example = phonenumbers.example_number(region)
    international = metadata.international_prefix if metadata is not None else None
    significant = "" if example is None else phonenumbers.national_significant_number(example)
    national = "" if example is None else phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
    return _DiallingPlan(
        code=str(phonenumbers.country_code_for_region(region)),
        dialled_prefix=phonenumbers.ndd_prefix_for_region(region, True) or "",
        written_prefix=_NON_DIGITS.sub("", national).removesuffix(significant),
        international=re.compile(f"00|{international}" if international else "00"),
    )
