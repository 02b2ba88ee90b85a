"""The usual spellings of a number, for directories that compare texts.

The forms are those of E.123 and DIN 5008, of TAPI and Outlook (`+49 (30) 23125040`), of Exchange and other address
books: international, national, with brackets, slashes, hyphens and dots; also old numbers and company blocks.
"""

from collections.abc import Iterator
from functools import lru_cache

from xivo_dird.numbers.dial_plan import OPEN_PLAN_CODES, DialPlan
from xivo_dird.numbers.old_plans import old_forms
from xivo_dird.numbers.parts import (
    NumberParts,
    dialled_abroad,
    is_dialled_in,
    number_parts,
    old_number_parts,
)
from xivo_dird.numbers.requested import CACHED_NUMBERS, MAX_CACHED_CHARACTERS, requested_number
from xivo_dird.numbers.written import MIN_STEM_DIGITS

_COMMON_INTERNATIONAL = ("+{code}{area}{rest}", "{international}", "+{code} ({area}) {rest}")
_COMMON_NATIONAL = ("{dialled}", "{national}", "({trunk}{area}) {rest}", "{trunk}{area}/{rest}")
_INTERNATIONAL = (
    "00{code}{area}{rest}",
    "{code}{area}{rest}",
    "00{code} {area} {spaced}",
    "+{code}-{area}-{hyphened}",
    "+{code}.{area}.{dotted}",
    "+{code} ({area}) {spaced}",
    "+{code} ({area}) {hyphened}",
    "+{code}({area}){rest}",
    "+{code} {area} {spaced}",
    "+{code} {area}{rest}",
    "+{code} {area} {rest}",
    "+{code} {area}-{rest}",
    "+{code} {area}/{rest}",
    "+{code}/{area}/{rest}",
)
_WITH_TRUNK = (
    "+{code}({trunk}){area}{rest}",
    "+{code} ({trunk}){area} {spaced}",
    "+{code} ({trunk}) {area} {spaced}",
    "+{code} ({trunk}){area} {rest}",
    "+{code} ({trunk}){area}/{rest}",
)
_NATIONAL = (
    "{area}{rest}",
    "{dialled_spaced}",
    "{dialled_hyphened}",
    "{dialled_dotted}",
    "{trunk}{area} {rest}",
    "{trunk}{area}-{rest}",
    "{trunk}{area} / {rest}",
    "{trunk}{area}/{spaced}",
    "({trunk}{area}){rest}",
    "({trunk}{area}) {spaced}",
    "({trunk}{area}) {hyphened}",
)
_MAX_EXTENSION_DIGITS = 4


def spellings(text: str, plan: DialPlan) -> tuple[str, ...]:
    """Return the usual spellings of the number `text` at a tenant, itself first.

    They include the forms before a numbering plan was changed, and the company blocks that the number may be in. An
    extension, or a text that is no number, has no other spelling. They are cached if the text is as short as numbers
    are.
    """
    return (_cached_spellings if len(text) <= MAX_CACHED_CHARACTERS else _usual_spellings)(text, plan)


def _usual_spellings(text: str, plan: DialPlan) -> tuple[str, ...]:
    requested = requested_number(text, plan)
    found = [text, *requested.local]
    for number in requested.complete:
        found += _spellings(number[1:], plan.country)
        found += _company_spellings(number[1:], plan.country)
    return tuple(dict.fromkeys(found))


_cached_spellings = lru_cache(CACHED_NUMBERS)(_usual_spellings)


def _spellings(digits: str, country: str | None) -> Iterator[str]:
    """Yield the spellings of a number, then those of the numbers that it was before its plan changed."""
    parts = number_parts(digits)
    if parts is None:
        return
    yield from _fill(parts, country)
    if country is not None and not is_dialled_in(parts, country):
        yield dialled_abroad(digits, country)
    for form in old_forms(digits):
        old = old_number_parts(form, parts)
        if old is not None:
            yield from _fill(old, country)


def _company_spellings(digits: str, country: str | None) -> Iterator[str]:
    """Yield the spellings with a hyphen before an extension, and those of its switchboard (DIN 5008).

    Companies have extensions where numbers may have any length.
    """
    if not f"+{digits}".startswith(OPEN_PLAN_CODES):
        return
    for end in range(len(digits), max(len(digits) - _MAX_EXTENSION_DIGITS, MIN_STEM_DIGITS) - 1, -1):
        stem, extension = number_parts(digits[:end]), digits[end:]
        if stem is not None:
            for spelling in _fill_common(stem, country):
                yield f"{spelling}-0"
                if extension:
                    yield f"{spelling}-{extension}"


def _fill(parts: NumberParts, country: str | None) -> Iterator[str]:
    templates: tuple[str, ...] = _COMMON_INTERNATIONAL + _INTERNATIONAL
    if parts.trunk:
        templates += _WITH_TRUNK
    if is_dialled_in(parts, country):
        templates += _COMMON_NATIONAL + _NATIONAL
    names = parts.names()
    yield from (template.format_map(names) for template in templates)


def _fill_common(parts: NumberParts, country: str | None) -> Iterator[str]:
    templates: tuple[str, ...] = _COMMON_INTERNATIONAL
    if is_dialled_in(parts, country):
        templates += _COMMON_NATIONAL
    names = parts.names()
    yield from (template.format_map(names) for template in templates)
