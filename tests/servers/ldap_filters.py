"""Evaluates LDAP filters (RFC 4511 section 4.5.1.7) for stand-in servers, with the bit rule of Active Directory."""

import re
from collections.abc import Mapping

from servers.ldap_messages import Element

BIT_AND = b"1.2.840.113556.1.4.803"
AND, OR, NOT, EQUAL, SUBSTRINGS, AT_LEAST, PRESENT, EXTENSIBLE = (
    0xA0,
    0xA1,
    0xA2,
    0xA3,
    0xA4,
    0xA5,
    0x87,
    0xA9,
)
INITIAL, ANY, FINAL = 0x80, 0x81, 0x82
RULE, TYPE, MATCH_VALUE = 0x81, 0x82, 0x83

Values = Mapping[str, list[bytes]]


def matches(search_filter: Element, attributes: Values) -> bool:
    """Return True if an object has what an encoded filter asks for."""
    tag = search_filter.tag
    if tag == PRESENT:
        return bool(_values(attributes, search_filter.content))
    parts = search_filter.parts()
    if tag in (AND, OR):
        return (all if tag == AND else any)(matches(each, attributes) for each in parts)
    if tag == NOT:
        return not matches(parts[0], attributes)
    if tag == EXTENSIBLE:
        return _has_bits({part.tag: part.content for part in parts}, attributes)
    name, asked = parts[0].content, parts[1]
    return any(_matches_value(tag, asked, value) for value in _values(attributes, name))


def _values(attributes: Values, name: bytes) -> list[bytes]:
    wanted = name.decode().lower()
    return next((values for key, values in attributes.items() if key.lower() == wanted), [])


def _has_bits(parts: Mapping[int, bytes], attributes: Values) -> bool:
    bits = int(parts[MATCH_VALUE])
    return parts[RULE] == BIT_AND and any(
        int(value) & bits == bits for value in _values(attributes, parts[TYPE])
    )


def _matches_value(tag: int, asked: Element, value: bytes) -> bool:
    if tag == SUBSTRINGS:
        return _pattern(asked).fullmatch(value.decode(errors="replace")) is not None
    if tag == AT_LEAST:
        return int(value) >= int(asked.content)
    return tag == EQUAL and value.lower() == asked.content.lower()


def _pattern(substrings: Element) -> re.Pattern[str]:
    parts = substrings.parts()
    texts = [f"{'' if part.tag == INITIAL else '.*'}{re.escape(part.content.decode())}" for part in parts]
    end = "" if parts[-1].tag == FINAL else ".*"
    return re.compile("".join(texts) + end, re.IGNORECASE | re.DOTALL)
