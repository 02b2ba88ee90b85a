"""Whether an entry matches a filter, which is true, false or undefined (RFC 4511 section 4.5.1.7).

Texts are compared as everywhere in the directory (`text.folding`): without case and accents. A number in a filter
matches each spelling of the same number at the tenant. What can't be known, such as an unknown attribute or a phone
number without digits, is undefined, and so is its negation.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from xivo_dird.ldap_server.attributes import attribute_key, is_number
from xivo_dird.ldap_server.filters import (
    And,
    Approximate,
    AtLeast,
    AtMost,
    Comparison,
    Equal,
    Extensible,
    Filter,
    Not,
    Or,
    Present,
    Substrings,
)
from xivo_dird.numbers.characters import plain_text
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import requested_number
from xivo_dird.numbers.terms import read_number_term
from xivo_dird.text.folding import fold
from xivo_dird.text.matching import SearchTerm, TextMatch

Values = Mapping[str, Sequence[str]]
"""The values of an entry, by the names of its attributes in lower case."""

Predicate = Callable[[Values], bool | None]
"""Returns whether an entry matches; None: undefined."""

_EQUALITY_RULES = frozenset(
    (
        "",
        "caseignorematch",
        "2.5.13.2",
        "caseexactmatch",
        "2.5.13.5",
        "caseignoreia5match",
        "1.3.6.1.4.1.1466.109.114.2",
        "telephonenumbermatch",
        "2.5.13.20",
    )
)
_NON_DIGITS = re.compile(r"[^0-9*#]+")


def predicate(condition: Filter, plan: DialPlan) -> Predicate:
    """Return what compares entries with a filter; numbers are those of a tenant with this dial plan."""
    match condition:
        case And(parts):
            return _all([predicate(part, plan) for part in parts])
        case Or(parts):
            return _any([predicate(part, plan) for part in parts])
        case Not(part):
            return _negation(predicate(part, plan))
        case Extensible(rule, name, value):
            return _extensible(rule, name, value, plan)
        case Present(name):
            return _of_values(name, lambda _: True)
        case _:
            return _comparison(condition, plan)


def digits_of(text: str) -> str:
    """Return the digits and dialling characters of a text, empty if it has letters: it is no phone number then."""
    plain = plain_text(text)
    return "" if any(map(str.isalpha, plain)) else _NON_DIGITS.sub("", plain)


def _comparison(condition: Comparison, plan: DialPlan) -> Predicate:
    compare = _number_comparison if is_number(condition.attribute) else _text_comparison
    return _of_values(condition.attribute, compare(condition, plan))


def _of_values(name: str, compare: Callable[[str], bool] | None) -> Predicate:
    """Return the predicate that compares the values of an attribute; undefined without attribute or comparison."""
    key = attribute_key(name)
    if key is None or compare is None:
        return _undefined
    return lambda values: any(map(compare, values.get(key, ())))


def _undefined(_: Values) -> None:
    return None


def _all(parts: Sequence[Predicate]) -> Predicate:
    def matches(values: Values) -> bool | None:
        result: bool | None = True
        for part in parts:
            matched = part(values)
            if matched is False:
                return False
            result = result and matched
        return result

    return matches


def _any(parts: Sequence[Predicate]) -> Predicate:
    def matches(values: Values) -> bool | None:
        result: bool | None = False
        for part in parts:
            matched = part(values)
            if matched:
                return True
            result = None if matched is None else result
        return result

    return matches


def _negation(part: Predicate) -> Predicate:
    def matches(values: Values) -> bool | None:
        matched = part(values)
        return None if matched is None else not matched

    return matches


def _extensible(rule: str, name: str, value: str, plan: DialPlan) -> Predicate:
    """Return the comparison by a matching rule; the rules of equality are known, and need an attribute."""
    if rule.lower() not in _EQUALITY_RULES or not name:
        return _undefined
    return _comparison(Equal(name, value), plan)


def _text_comparison(condition: Comparison, plan: DialPlan) -> Callable[[str], bool]:
    match condition:
        case Substrings():
            return _text_substrings(condition, plan)
        case Approximate(_, value):
            term = SearchTerm(value, TextMatch.CASE_AND_ACCENT_INSENSITIVE, plan)
            return lambda text: term.rank([text]) is not None
        case Equal(_, value):
            wanted = fold(value).strip()
            return lambda text: fold(text).strip() == wanted
        case AtLeast(_, value):
            wanted = fold(value)
            return lambda text: fold(text) >= wanted
        case AtMost(_, value):
            wanted = fold(value)
            return lambda text: fold(text) <= wanted


def _text_substrings(condition: Substrings, plan: DialPlan) -> Callable[[str], bool]:
    """Return the comparison with parts of a text; several words that may be anywhere may be in any order."""
    if not condition.initial and not condition.final and len(condition.middle) == 1:
        term = SearchTerm(condition.middle[0], TextMatch.CASE_AND_ACCENT_INSENSITIVE, plan)
        return lambda text: term.rank([text]) is not None
    initial, final = fold(condition.initial), fold(condition.final)
    middle = [fold(part) for part in condition.middle]

    def matches(text: str) -> bool:
        return _has_parts(fold(text), initial, middle, final)

    return matches


def _has_parts(text: str, initial: str, middle: Sequence[str], final: str) -> bool:
    """Return whether a text begins with `initial`, then has each of `middle`, and ends with `final`."""
    end = len(text) - len(final)
    position = len(initial)
    if not text.startswith(initial) or not text.endswith(final) or end < position:
        return False
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _number_comparison(condition: Comparison, plan: DialPlan) -> Callable[[str], bool] | None:
    """Return the comparison of phone numbers, None if it is undefined: they have no order (RFC 4519 section 2.35)."""
    match condition:
        case Substrings():
            return _number_substrings(condition, plan)
        case Equal(_, value) | Approximate(_, value):
            digits = digits_of(value)
            number = requested_number(value, plan)
            return (
                (lambda text: digits_of(text) == digits or number.rank(text) is not None) if digits else None
            )
        case _:
            return None


def _number_substrings(condition: Substrings, plan: DialPlan) -> Callable[[str], bool] | None:
    initial, *middle, final = map(digits_of, (condition.initial, *condition.middle, condition.final))
    if len([digits for digits in (initial, *middle, final) if digits]) < len(condition.parts):
        return None
    spelled = _spelled(condition, plan)

    def matches(text: str) -> bool:
        found = digits_of(text)
        return _has_parts(found, initial, middle, final) or (spelled is not None and spelled(text, found))

    return matches


def _spelled(condition: Substrings, plan: DialPlan) -> Callable[[str, str], bool] | None:
    """Return whether a number, of which text and digits are given, has the one part in another spelling."""
    if len(condition.parts) != 1:
        return None
    (value,) = condition.parts
    number, part = requested_number(value, plan), read_number_term(value, plan)
    if part is None or condition.final:  # the end of a number has one spelling
        return lambda text, _: number.rank(text) is not None
    if condition.initial:
        beginnings = tuple(map(digits_of, part.written_beginnings))
        return lambda text, digits: digits.startswith(beginnings) or number.rank(text) is not None
    return lambda text, _: number.rank(text) is not None or part.matches(text)
