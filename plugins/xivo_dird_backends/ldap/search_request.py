"""Search requests in BER (RFC 4511 section 4.5.1): encoding them with ldap3 takes nine times as long."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ldap3.core.exceptions import LDAPException, LDAPInvalidFilterError
from ldap3.operation import search as ldap3_filters
from ldap3.operation.search import FilterNode, parse_filter

from xivo_dird_backends.ldap.ber import (
    BOOLEAN,
    ENUMERATED,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    encode_element,
    encode_number,
    encode_text,
)
from xivo_dird_backends.ldap.options import Dereference, LdapServer
from xivo_dird_backends.ldap.searches import LdapSearch

PAGED_RESULTS_OID = "1.2.840.113556.1.4.319"
NO_ATTRIBUTES = "1.1"

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
    operation = encode_element(
        SEARCH_REQUEST,
        encode_text(OCTET_STRING, dn),
        encode_number(ENUMERATED, scope),
        encode_number(ENUMERATED, DEREFERENCE[server.dereference]),
        encode_number(INTEGER, search.size_limit),
        encode_number(INTEGER, server.time_limit),
        encode_element(BOOLEAN, FALSE),  # types and values
        _encoded_filter(search.filter),
        encode_element(
            SEQUENCE, *(encode_text(OCTET_STRING, name) for name in search.attributes or [NO_ATTRIBUTES])
        ),
    )
    return encode_element(SEQUENCE, encode_number(INTEGER, message_id), operation, _paging(search))


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
    if node.tag == ldap3_filters.NOT and len(node.elements) != 1:  # ldap3's parser does not always notice it
        raise LDAPInvalidFilterError("a negation has several filters")
    if node.tag in GROUP_TAGS:
        return encode_element(GROUP_TAGS[node.tag], *map(_filter, node.elements))
    if assertion.keys() == {"attr"}:  # nothing but asterisks
        return encode_text(PRESENT, assertion["attr"])
    if node.tag == ldap3_filters.MATCH_EXTENSIBLE:
        return _extensible(assertion)
    attribute = encode_text(OCTET_STRING, assertion["attr"])
    if node.tag == ldap3_filters.MATCH_SUBSTRING:
        return encode_element(SUBSTRINGS, attribute, _substrings(assertion))
    return encode_element(COMPARISON_TAGS[node.tag], attribute, _value(OCTET_STRING, assertion["value"]))


def _substrings(assertion: Mapping[str, Any]) -> bytes:
    """Return the parts of a value between the asterisks, of which ldap3 leaves out empty ones."""
    parts = [
        (INITIAL, assertion.get("initial")),
        *((ANY, value) for value in assertion.get("any", ())),
        (FINAL, assertion.get("final")),
    ]
    return encode_element(SEQUENCE, *(_value(tag, value) for tag, value in parts if value))


def _extensible(assertion: Mapping[str, Any]) -> bytes:
    return encode_element(
        EXTENSIBLE,
        encode_text(MATCHING_RULE, assertion["matchingRule"]) if assertion["matchingRule"] else b"",
        encode_text(TYPE, assertion["attr"]) if assertion["attr"] else b"",
        _value(MATCH_VALUE, assertion["value"]),
        encode_element(DN_ATTRIBUTES, TRUE) if assertion["dnAttributes"] else b"",
    )


def _paging(search: LdapSearch) -> bytes:
    """Return the control for a page (RFC 2696), not critical; nothing if the search is not paged."""
    if not search.page_size:
        return b""
    page = encode_element(
        SEQUENCE, encode_number(INTEGER, search.page_size), encode_element(OCTET_STRING, search.cookie)
    )
    control = encode_element(
        SEQUENCE, encode_text(OCTET_STRING, PAGED_RESULTS_OID), encode_element(OCTET_STRING, page)
    )
    return encode_element(CONTROLS, control)


def _value(tag: int, escaped: bytes) -> bytes:
    return encode_element(tag, ESCAPED_BYTE.sub(lambda match: bytes.fromhex(match[1].decode()), escaped))
