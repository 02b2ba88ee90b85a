"""The filter of a search (RFC 4511 section 4.5.1.7): its parts, and how they are decoded."""

from collections.abc import Mapping
from typing import NamedTuple

from xivo_dird.ldap_server.ber import Element, InvalidBer, elements, read_boolean, read_text
from xivo_dird.ldap_server.model import LdapFailure, ResultCode

MAX_DEPTH = 32
"""How deep a filter may be nested; those of phones have four levels."""

MAX_ASSERTIONS = 128
"""How many conditions a filter may have; each is compared with each entry."""


class And(NamedTuple):
    """All parts hold; without parts it is true (RFC 4526)."""

    parts: tuple["Filter", ...]


class Or(NamedTuple):
    """At least one part holds; without parts it is false (RFC 4526)."""

    parts: tuple["Filter", ...]


class Not(NamedTuple):
    """The part does not hold."""

    part: "Filter"


class Equal(NamedTuple):
    """An attribute has a value."""

    attribute: str
    value: str


class Substrings(NamedTuple):
    """A value of an attribute begins with `initial`, then has each of `middle`, and ends with `final`."""

    attribute: str
    initial: str
    middle: tuple[str, ...]
    final: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the texts, without empty ones."""
        return tuple(text for text in (self.initial, *self.middle, self.final) if text)


class AtLeast(NamedTuple):
    """A value of an attribute is equal or comes later."""

    attribute: str
    value: str


class AtMost(NamedTuple):
    """A value of an attribute is equal or comes before."""

    attribute: str
    value: str


class Present(NamedTuple):
    """An attribute has any value."""

    attribute: str


class Approximate(NamedTuple):
    """A value of an attribute is similar."""

    attribute: str
    value: str


class Extensible(NamedTuple):
    """A value of an attribute, or of any if `attribute` is empty, matches by a rule, if `rule` is not empty."""

    rule: str
    attribute: str
    value: str


Comparison = Equal | Substrings | AtLeast | AtMost | Approximate
"""A condition that compares the values of an attribute with a text."""

Filter = And | Or | Not | Comparison | Present | Extensible

_AND, _OR, _NOT, _EQUAL, _SUBSTRINGS = 0xA0, 0xA1, 0xA2, 0xA3, 0xA4
_NESTED = frozenset((_AND, _OR, _NOT))
_AT_LEAST, _AT_MOST, _PRESENT, _APPROXIMATE, _EXTENSIBLE = 0xA5, 0xA6, 0x87, 0xA8, 0xA9
_COMPARISONS: Mapping[int, type[Equal | AtLeast | AtMost | Approximate]] = {
    _EQUAL: Equal,
    _AT_LEAST: AtLeast,
    _AT_MOST: AtMost,
    _APPROXIMATE: Approximate,
}
_INITIAL, _MIDDLE, _FINAL = 0x80, 0x81, 0x82
_RULE, _TYPE, _VALUE, _WITH_DN = 0x81, 0x82, 0x83, 0x84


def decode_filter(encoded: Element) -> Filter:
    """Return the filter of a search.

    Raises:
        InvalidBer: It is none.
        LdapFailure: It is nested too deep or has too many conditions.
    """
    return _Decoder().decode(encoded, 1)


class _Decoder:
    """Decodes one filter."""

    def __init__(self) -> None:
        self._assertions = 0

    def decode(self, encoded: Element, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            raise LdapFailure(
                ResultCode.ADMIN_LIMIT_EXCEEDED, f"the filter is nested deeper than {MAX_DEPTH} levels"
            )
        tag, content = encoded
        if tag not in _NESTED or not content:  # also what has no parts is compared with each entry
            self._count()
        if tag == _AND:
            return And(tuple(self.decode(part, depth + 1) for part in elements(content)))
        if tag == _OR:
            return Or(tuple(self.decode(part, depth + 1) for part in elements(content)))
        if tag == _NOT:
            (part,) = _expect(elements(content), 1)
            return Not(self.decode(part, depth + 1))
        return _assertion(tag, content)

    def _count(self) -> None:
        self._assertions += 1
        if self._assertions > MAX_ASSERTIONS:
            raise LdapFailure(
                ResultCode.ADMIN_LIMIT_EXCEEDED, f"the filter has more than {MAX_ASSERTIONS} conditions"
            )


def _assertion(tag: int, content: bytes) -> Filter:
    if tag == _PRESENT:
        return Present(read_text(content))
    if tag == _SUBSTRINGS:
        return _substrings(content)
    if tag == _EXTENSIBLE:
        return _extensible(content)
    kind = _COMPARISONS.get(tag)
    if kind is None:
        raise InvalidBer("an unknown kind of filter")
    (_, attribute), (_, value) = _expect(elements(content), 2)
    return kind(read_text(attribute), read_text(value))


def _substrings(content: bytes) -> Substrings:
    (_, attribute), (_, encoded) = _expect(elements(content), 2)
    initial, middle, final = "", [], ""
    parts = elements(encoded)
    for position, (tag, text) in enumerate(parts):
        if tag == _INITIAL and position == 0:
            initial = read_text(text)
        elif tag == _FINAL and position == len(parts) - 1:
            final = read_text(text)
        elif tag == _MIDDLE:
            middle.append(read_text(text))
        else:
            raise InvalidBer("an invalid substring")
    if not parts:
        raise InvalidBer("no substrings")
    return Substrings(read_text(attribute), initial, tuple(filter(None, middle)), final)


def _extensible(content: bytes) -> Extensible:
    texts = {_RULE: "", _TYPE: "", _VALUE: ""}
    for tag, value in elements(content):
        if tag == _WITH_DN:
            read_boolean(value)  # names have the same attributes as entries
        elif tag in texts:
            texts[tag] = read_text(value)
        else:
            raise InvalidBer("an invalid extensible match")
    return Extensible(texts[_RULE], texts[_TYPE], texts[_VALUE])


def _expect(found: list[Element], count: int) -> list[Element]:
    if len(found) != count:
        raise InvalidBer("a filter with missing or additional parts")
    return found
