"""Search requests in BER (RFC 4511 section 4.5.1): encoding them with ldap3 takes nine times as long."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ldap3.core.exceptions import LDAPException, LDAPInvalidFilterError
from ldap3.operation import search as ldap3_filters
from ldap3.operation.search import FilterNode, parse_filter

from xivo_dird_backends.ldap.options import Dereference, LdapServer
from xivo_dird_backends.ldap.searches import LdapSearch

PAGED_RESULTS_OID = "1.2.840.113556.1.4.319"
NO_ATTRIBUTES = "1.1"

BOOLEAN, INTEGER, OCTET_STRING, ENUMERATED, SEQUENCE = 0x01, 0x02, 0x04, 0x0A, 0x30
SEARCH_REQUEST, CONTROLS = 0x63, 0xA0
FALSE, TRUE = b"\x00", b"\xff"
BASE_OBJECT, WHOLE_SUBTREE = 0, 2
DEREFERENCE: Mapping[Dereference, int] = {"never": 0, "search": 1, "find": 2, "always": 3}

GROUP_TAGS = {ldap3_filters.AND: 0xA0, ldap3_filters.OR: 0xA1, ldap3_filters.NOT: 0xA2}
COMPARISON_TAGS = {
    ldap3_filters.MATCH_EQUAL: 0xA3,
    ldap3_filters.MATCH_GREATER_OR_EQUAL: 0xA5,
    ldap3_filters.MATCH_LESS_OR_EQUAL: 0xA6,
    ldap3_filters.MATCH_APPROX: 0xA8,
}
SUBSTRINGS, PRESENT, EXTENSIBLE = 0xA4, 0x87, 0xA9
INITIAL, ANY, FINAL = 0x80, 0x81, 0x82
MATCHING_RULE, TYPE, MATCH_VALUE, DN_ATTRIBUTES = 0x81, 0x82, 0x83, 0x84

PARSE: Callable[..., FilterNode] = parse_filter
"""Parses the text of a filter; ldap3's stubs have no types for it."""

ESCAPED_BYTE = re.compile(rb"\\([0-9a-fA-F]{2})")


MALFORMED_FILTER = (LDAPException, AttributeError, LookupError, RecursionError, ValueError)
"""What ldap3's parser raises for malformed filters, such as "(!)"."""


def search_request(message_id: int, server: LdapServer, search: LdapSearch) -> bytes:
    """Return a message with a search; raise one of `MALFORMED_FILTER` if its filter is none."""
    dn, scope = (server.base_dn, WHOLE_SUBTREE) if search.entry_dn is None else (search.entry_dn, BASE_OBJECT)
    operation = ber_element(
        SEARCH_REQUEST,
        _text(OCTET_STRING, dn),
        ber_number(ENUMERATED, scope),
        ber_number(ENUMERATED, DEREFERENCE[server.dereference]),
        ber_number(INTEGER, search.size_limit),
        ber_number(INTEGER, server.time_limit),
        ber_element(BOOLEAN, FALSE),  # types and values
        _encoded_filter(search.filter),
        ber_element(SEQUENCE, *(_text(OCTET_STRING, name) for name in search.attributes or [NO_ATTRIBUTES])),
    )
    return ber_element(SEQUENCE, ber_number(INTEGER, message_id), operation, _paging(search))


def is_filter(text: str) -> bool:
    """Return True if a text is a filter (RFC 4515)."""
    try:
        _encoded_filter(text)
    except MALFORMED_FILTER:
        return False
    return True


def _encoded_filter(text: str) -> bytes:
    """Return a filter in BER; raise one of `MALFORMED_FILTER` if the text is none."""
    root = PARSE(text, schema=None, auto_escape=True, auto_encode=True, validator=None, check_names=False)
    return _filter(root.elements[0])


def _filter(node: FilterNode) -> bytes:
    assertion = node.assertion
    if node.tag in GROUP_TAGS:
        if node.tag == ldap3_filters.NOT and len(node.elements) > 1:
            raise LDAPInvalidFilterError(
                "a negation has several filters"
            )  # ldap3 leaves out all but the first
        return ber_element(GROUP_TAGS[node.tag], *map(_filter, node.elements))
    if node.tag in COMPARISON_TAGS:
        return ber_element(
            COMPARISON_TAGS[node.tag],
            _text(OCTET_STRING, assertion["attr"]),
            _value(OCTET_STRING, assertion["value"]),
        )
    if node.tag == ldap3_filters.MATCH_PRESENT:
        return _text(PRESENT, assertion["attr"])
    if node.tag == ldap3_filters.MATCH_SUBSTRING:
        if assertion.keys() == {"attr"}:
            return _text(PRESENT, assertion["attr"])  # only asterisks
        return ber_element(SUBSTRINGS, _text(OCTET_STRING, assertion["attr"]), _substrings(assertion))
    return _extensible(assertion)


def _substrings(assertion: Mapping[str, Any]) -> bytes:
    """Return the parts of a value between the asterisks; ldap3 leaves out empty ones."""
    return ber_element(
        SEQUENCE,
        *(_value(INITIAL, value) for value in filter(None, [assertion.get("initial")])),
        *(_value(ANY, value) for value in assertion.get("any", ())),
        *(_value(FINAL, value) for value in filter(None, [assertion.get("final")])),
    )


def _extensible(assertion: Mapping[str, Any]) -> bytes:
    return ber_element(
        EXTENSIBLE,
        _text(MATCHING_RULE, assertion["matchingRule"]) if assertion["matchingRule"] else b"",
        _text(TYPE, assertion["attr"]) if assertion["attr"] else b"",
        _value(MATCH_VALUE, assertion["value"]),
        ber_element(DN_ATTRIBUTES, TRUE) if assertion["dnAttributes"] else b"",
    )


def _paging(search: LdapSearch) -> bytes:
    """Return the control for a page (RFC 2696), not critical; nothing if the search is not paged."""
    if not search.page_size:
        return b""
    page = ber_element(
        SEQUENCE, ber_number(INTEGER, search.page_size), ber_element(OCTET_STRING, search.cookie)
    )
    control = ber_element(SEQUENCE, _text(OCTET_STRING, PAGED_RESULTS_OID), ber_element(OCTET_STRING, page))
    return ber_element(CONTROLS, control)


def _value(tag: int, escaped: bytes) -> bytes:
    return ber_element(tag, ESCAPED_BYTE.sub(lambda match: bytes.fromhex(match[1].decode()), escaped))


def _text(tag: int, text: str) -> bytes:
    return ber_element(tag, text.encode())


def ber_number(tag: int, number: int) -> bytes:
    """Encode a number of at least 0."""
    return ber_element(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def ber_element(tag: int, *parts: bytes) -> bytes:
    """Encode an element of definite length (RFC 4511 section 5.1)."""
    content = b"".join(parts)
    size = len(content)
    if size <= 0x7F:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content
