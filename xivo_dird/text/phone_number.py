"""Which texts are the same phone number, written as people, trunks and address books write it.

A number is read with the country of its tenant: `0144556677` is `+33 1 44 55 66 77` in France only. Reading takes
tens of microseconds, so an index keeps `digit_key` and whoever looks one up compares the few candidates.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

MIN_DIGITS = 7
"""A number of fewer digits is an extension or a service: nothing but the same text is the same number."""

MAX_DIGITS = 20
KEY_DIGITS = 6
"""Spellings of one number end alike: what comes before may be a prefix of the country, the trunk, the carrier."""

KEYS = 10**KEY_DIGITS
MAX_CHARACTERS = 80
"""Characters; what is longer is no number."""

_WRITTEN = re.compile(
    r"\s*(?:(?P<scheme>tel|sips?):)?\s*"
    r"(?P<number>[+\uff0b]?[\d\s()\[\]./\u00ad\u2010-\u2015\u2212\u2060\uff0d-]*)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_PARAMETERS = re.compile(r";(?:ext|phone-context)=[^;]*", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D+")
_SEPARATORS = re.compile(r"[ -]+")


def known_country(text: str | None) -> str | None:
    """Answer the two letters of a country as numbers are read in it; None for whatever is none."""
    country = (text or "").strip().upper()
    return country if country in phonenumbers.SUPPORTED_REGIONS else None


def digit_key(text: str) -> int | None:
    """Make the number below `KEYS` that all spellings of a phone number share; None for what matches exactly only.

    Different numbers may share it too. Fast, as directories of millions are indexed by it.
    """
    plain = text[1:] if text.startswith("+") else text
    digits = plain if plain.isdecimal() else _digits(text)
    return int(digits[-KEY_DIGITS:]) if MIN_DIGITS <= len(digits) <= MAX_DIGITS else None


def same_number(one: str, other: str, country: str | None) -> bool:
    """Tell whether two texts are one phone number, read in a country; also if both are one text.

    Without a country only international numbers are read; others are the same if their digits are.
    """
    if one == other:
        return True
    key = digit_key(one)
    if key is None or key != digit_key(other):
        return False
    canonical = _canonical(one, country)
    return canonical is not None and canonical == _canonical(other, country)


def spellings(text: str, country: str | None) -> tuple[str, ...]:
    """List the usual ways to write the number `text`, itself first; for directories that compare texts."""
    return (text,) if digit_key(text) is None else _listed(text, known_country(country))


@lru_cache(maxsize=1024)
def _listed(text: str, country: str | None) -> tuple[str, ...]:
    number = _read(text, country)
    if number is None or number.extension:
        return (text,)
    return tuple(dict.fromkeys((text, *_spelled(number, country))))


@lru_cache(maxsize=4096)
def _canonical(text: str, country: str | None) -> str | None:
    """Write a number in the one form that all its spellings have; None for what is none."""
    number = _read(text, known_country(country))
    if number is not None:
        written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        return f"{written};ext={number.extension}" if number.extension else written
    found = _WRITTEN.match(text)
    return None if found is None or found["rest"] else phonenumbers.normalize_digits_only(text)


def _digits(text: str) -> str:
    """List the digits of the number in `text`, without an extension; none for what does not begin like one."""
    found = _WRITTEN.match(text) if len(text) <= MAX_CHARACTERS else None
    return "" if found is None else _NO_DIGIT.sub("", found["number"])


def _read(text: str, country: str | None) -> PhoneNumber | None:
    """Read a number in a country; where it has no such number, as an international one without its `+`."""
    number = _parsed(_without_uri(text), country)
    if number is not None and phonenumbers.is_valid_number(number):
        return number
    international = _parsed(f"+{_digits(text).removeprefix('00')}", None)
    if international is not None and phonenumbers.is_valid_number(international):
        return international
    return number if number is not None and phonenumbers.is_possible_number(number) else None


def _parsed(text: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None


def _without_uri(text: str) -> str:
    """Take the number out of a tel or sip URI, and leave out the parameters that say nothing about it."""
    found = _WRITTEN.match(text)
    if found is None or not (found["scheme"] or ";" in text):
        return text
    user = f"{found['number']}{found['rest']}".partition("@")[0]
    number = user.partition(";")[0]
    return f"tel:{number}{''.join(sorted(_PARAMETERS.findall(user)))}"


def _spelled(number: PhoneNumber, country: str | None) -> Iterator[str]:
    """Spell a number: in full, as if dialled from the country, and, if it is one of the country, without its code."""
    compact = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    code, significant = f"+{number.country_code}", phonenumbers.national_significant_number(number)
    dialled = _NO_DIGIT.sub("", national)
    trunk = dialled.removesuffix(significant)
    yield from (compact, f"00{compact[1:]}", compact[1:], *_punctuated(spaced))
    if trunk and trunk != dialled:
        yield from (f"{code}({trunk}){significant}", spaced.replace(f"{code} ", f"{code} ({trunk})", 1))
    if country is None:
        return
    if phonenumbers.country_code_for_region(country) == number.country_code:
        yield from (dialled, significant, *_punctuated(national))
        return
    yield _NO_DIGIT.sub("", phonenumbers.format_out_of_country_calling_number(number, country))


def _punctuated(spelled: str) -> tuple[str, ...]:
    return (spelled, *(_SEPARATORS.sub(mark, spelled) for mark in (" ", "-", ".", "")))
