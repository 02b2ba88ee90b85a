"""Comparison of phone numbers as people, trunks and address books write them. The only file that knows phonenumbers.

A number is parsed with the country of its tenant: `0144556677` is `+33 1 44 55 66 77` in France only. Parsing takes
tens of microseconds, so an index stores the `digit_key` of each number, and a lookup compares the few candidates.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

MIN_DIGITS = 7
"""A number with fewer digits is an extension or a service; it equals the same text only."""

MAX_DIGITS = 20
"""A text with more digits is not a phone number; it equals the same text only."""

KEY_DIGITS = 6
"""Last digits that all spellings of a number share; prefixes of the country, trunk or carrier may precede them."""

KEY_LIMIT = 10**KEY_DIGITS
"""Greater than all keys."""

MAX_CHARACTERS = 80
"""Maximum length of a number, in characters; a longer text is not a number."""

_SYNTAX = re.compile(
    r"\s*(?:(?P<scheme>tel|sips?):)?\s*"
    r"(?P<number>[+\uff0b]?[\d\s()\[\]./\u00ad\u2010-\u2015\u2212\u2060\uff0d-]*)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PARAMETERS = re.compile(r";(?:ext|phone-context)=[^;]*", re.IGNORECASE)
_NON_DIGITS = re.compile(r"\D+")
_SEPARATORS = re.compile(r"[ -]+")


def known_country(text: str | None) -> str | None:
    """Return the upper-case two-letter code of a country with a numbering plan; None for any other text."""
    country = (text or "").strip().upper()
    return country if country in phonenumbers.SUPPORTED_REGIONS else None


def digit_key(text: str) -> int | None:
    """Return a key, less than `KEY_LIMIT`, that all spellings of a phone number share.

    Different numbers may share a key. This must be fast, since it is called for millions of entries.

    Returns:
        None for a text that only matches exactly.
    """
    without_plus = text[1:] if text.startswith("+") else text
    digits = without_plus if without_plus.isdecimal() else _digits(text)
    return int(digits[-KEY_DIGITS:]) if MIN_DIGITS <= len(digits) <= MAX_DIGITS else None


def same_number(one: str, other: str, country: str | None) -> bool:
    """Return whether two texts are equal or spell the same phone number.

    Args:
        one: A text.
        other: Another text.
        country: The two-letter code of the country that national numbers belong to. None if unknown: then only
            international numbers are parsed, and others are the same if their digits are equal.
    """
    if one == other:
        return True
    key = digit_key(one)
    if key is None or key != digit_key(other):
        return False
    canonical = _canonical(one, country)
    return canonical is not None and canonical == _canonical(other, country)


def spellings(text: str, country: str | None) -> tuple[str, ...]:
    """Return the usual spellings of the number `text`, itself first, for directories that compare texts."""
    return (text,) if digit_key(text) is None else _cached_spellings(text, known_country(country))


@lru_cache(maxsize=1024)
def _cached_spellings(text: str, country: str | None) -> tuple[str, ...]:
    number = _parse(text, country)
    if number is None or number.extension:
        return (text,)
    return tuple(dict.fromkeys((text, *_generate_spellings(number, country))))


@lru_cache(maxsize=4096)
def _canonical(text: str, country: str | None) -> str | None:
    """Return the canonical form of a number (E.164, or its digits if it can't be parsed); None for other texts."""
    number = _parse(text, known_country(country))
    if number is not None:
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        return f"{e164};ext={number.extension}" if number.extension else e164
    match = _SYNTAX.match(text)
    return None if match is None or match["rest"] else phonenumbers.normalize_digits_only(text)


def _digits(text: str) -> str:
    """Return the digits of the number that `text` begins with, without an extension; "" if there is none."""
    match = _SYNTAX.match(text) if len(text) <= MAX_CHARACTERS else None
    return "" if match is None else _NON_DIGITS.sub("", match["number"])


def _parse(text: str, country: str | None) -> PhoneNumber | None:
    """Parse a number of a country, or else an international number without its `+`; None if neither exists."""
    number = _parse_in_country(_without_uri(text), country)
    if number is not None and phonenumbers.is_valid_number(number):
        return number
    international = _parse_in_country(f"+{_digits(text).removeprefix('00')}", None)
    if international is not None and phonenumbers.is_valid_number(international):
        return international
    return number if number is not None and phonenumbers.is_possible_number(number) else None


def _parse_in_country(text: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None


def _without_uri(text: str) -> str:
    """Return the number of a tel or sip URI, with only the parameters that belong to the number."""
    match = _SYNTAX.match(text)
    if match is None or not (match["scheme"] or ";" in text):
        return text
    user = f"{match['number']}{match['rest']}".partition("@")[0]
    number = user.partition(";")[0]
    return f"tel:{number}{''.join(sorted(_PARAMETERS.findall(user)))}"


def _generate_spellings(number: PhoneNumber, country: str | None) -> Iterator[str]:
    """Yield the international spellings of a number, then those used when dialling from `country`."""
    compact = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    code, significant = f"+{number.country_code}", phonenumbers.national_significant_number(number)
    dialled = _NON_DIGITS.sub("", national)
    trunk = dialled.removesuffix(significant)
    yield from (compact, f"00{compact[1:]}", compact[1:], *_punctuated(spaced))
    if trunk and trunk != dialled:
        yield from (f"{code}({trunk}){significant}", spaced.replace(f"{code} ", f"{code} ({trunk})", 1))
    if country is None:
        return
    if phonenumbers.country_code_for_region(country) == number.country_code:
        yield from (dialled, significant, *_punctuated(national))
        return
    yield _NON_DIGITS.sub("", phonenumbers.format_out_of_country_calling_number(number, country))


def _punctuated(spelling: str) -> tuple[str, ...]:
    return (spelling, *(_SEPARATORS.sub(mark, spelling) for mark in (" ", "-", ".", "")))
