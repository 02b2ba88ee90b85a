"""Filters, against the encoder of another library, and their limits."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.operation.search import compile_filter, parse_filter
from pyasn1.codec.ber import encoder

from ldap_requests import (
    AND,
    APPROXIMATE,
    AT_LEAST,
    AT_MOST,
    EXTENSIBLE,
    FINAL,
    INITIAL,
    MIDDLE,
    NOT,
    OR,
    SUBSTRINGS,
    contains,
    equal,
    negation,
    present,
    substrings,
)
from servers.ldap_messages import octet_string, tlv
from xivo_dird.ldap_server.ber import InvalidBer, elements
from xivo_dird.ldap_server.filters import (
    MAX_ASSERTIONS,
    MAX_DEPTH,
    And,
    Approximate,
    AtLeast,
    AtMost,
    Equal,
    Extensible,
    Not,
    Or,
    Present,
    Substrings,
    decode_filter,
)
from xivo_dird.ldap_server.model import LdapFailure, ResultCode

NAMES = st.from_regex(r"\A[a-z][a-zA-Z0-9]{0,8}\Z")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
LEAVES = st.one_of(
    st.builds(Equal, NAMES, TEXTS),
    st.builds(AtLeast, NAMES, TEXTS),
    st.builds(AtMost, NAMES, TEXTS),
    st.builds(Approximate, NAMES, TEXTS),
    st.builds(Present, NAMES),
    st.builds(
        Substrings, NAMES, TEXTS | st.just(""), st.lists(TEXTS, min_size=1, max_size=3).map(tuple), TEXTS
    ),
    st.builds(Substrings, NAMES, TEXTS, st.just(()), TEXTS | st.just("")),
    st.builds(Extensible, NAMES | st.just(""), NAMES, TEXTS),
)
FILTERS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(And, st.lists(inner, min_size=1, max_size=4).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=1, max_size=4).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=20,
)


def escaped(text):
    """Return a text in a filter, with each byte in hexadecimal digits (RFC 4515)."""
    return "".join(f"\\{byte:02x}" for byte in text.encode())


def written(condition):
    """Return a filter as text (RFC 4515)."""
    match condition:
        case And(parts) | Or(parts):
            return f"({'&' if isinstance(condition, And) else '|'}{''.join(map(written, parts))})"
        case Not(part):
            return f"(!{written(part)})"
        case _:
            return f"({assertion(condition)})"


def assertion(condition):
    """Return a filter without parts as text."""
    match condition:
        case Present(name):
            return f"{name}=*"
        case Substrings(name, initial, middle, final):
            return f"{name}={'*'.join(map(escaped, (initial, *middle, final)))}"
        case Extensible(rule, name, value):
            return f"{name}{':' if rule else ''}{rule}:={escaped(value)}"
    signs = {Equal: "=", AtLeast: ">=", AtMost: "<=", Approximate: "~="}
    return f"{condition.attribute}{signs[type(condition)]}{escaped(condition.value)}"


def decoded(encoded):
    (element,) = elements(encoded)
    return decode_filter(element)


@given(FILTERS)
def test_what_another_library_encodes_is_the_same_filter(condition):
    nodes = parse_filter(written(condition), None, False, False, None, False)
    encoded = encoder.encode(compile_filter(nodes.elements[0]))
    assert decoded(encoded) == condition


@given(st.binary(max_size=60))
def test_any_bytes_are_a_filter_or_an_error(data):
    for tag in (AND, OR, NOT, SUBSTRINGS, EXTENSIBLE, AT_LEAST, AT_MOST, APPROXIMATE, 0xA3, 0x87, 0x30):
        try:
            decode_filter((tag, data))
        except (InvalidBer, LdapFailure):
            continue


def nested(levels):
    return reduce(lambda inner, _: negation(inner), range(levels - 1), present(b"cn"))


def test_a_filter_has_a_maximum_depth():
    assert isinstance(decoded(nested(MAX_DEPTH)), Not)
    for levels in (MAX_DEPTH + 1, 1000, 10_000):
        with pytest.raises(LdapFailure) as failure:
            decoded(nested(levels))
        assert failure.value.code is ResultCode.ADMIN_LIMIT_EXCEEDED


@pytest.mark.parametrize("part", [present(b"cn"), equal(b"cn", b"x"), tlv(AND), tlv(OR)])
def test_a_filter_has_a_maximum_of_conditions(part):
    assert len(decoded(tlv(OR, *[part] * MAX_ASSERTIONS)).parts) == MAX_ASSERTIONS
    for count in (MAX_ASSERTIONS + 1, 10_000):
        with pytest.raises(LdapFailure) as failure:
            decoded(tlv(OR, *[part] * count))
        assert failure.value.code is ResultCode.ADMIN_LIMIT_EXCEEDED


def test_empty_parts_of_a_text_do_not_count():
    pieces = ((MIDDLE, b""), (MIDDLE, b"a"), (MIDDLE, b""))
    assert decoded(substrings(b"cn", *pieces * 100)) == Substrings("cn", "", ("a",) * 100, "")
    assert decoded(substrings(b"cn", (MIDDLE, b""))).parts == ()


@pytest.mark.parametrize(
    "encoded",
    [
        tlv(NOT),
        tlv(NOT, present(b"cn"), present(b"sn")),
        tlv(0xA3, octet_string(b"cn")),
        tlv(0xA3, octet_string(b"cn"), octet_string(b"a"), octet_string(b"b")),
        tlv(AND, b"\xa3\x7f"),
        tlv(SUBSTRINGS, octet_string(b"cn"), tlv(0x30)),
        substrings(b"cn", (MIDDLE, b"a"), (INITIAL, b"b")),
        substrings(b"cn", (FINAL, b"a"), (MIDDLE, b"b")),
        substrings(b"cn", (0x83, b"a")),
        tlv(EXTENSIBLE, tlv(0x85, b"a")),
        tlv(EXTENSIBLE, tlv(0x84, b"")),
        tlv(0xAA, octet_string(b"cn"), octet_string(b"a")),
        tlv(0x04, b"cn"),
    ],
)
def test_what_is_no_filter_is_refused(encoded):
    with pytest.raises(InvalidBer):
        decoded(encoded)


def test_the_bytes_of_a_value_may_be_latin_1():
    assert decoded(contains(b"cn", b"Zo\xeb")) == Substrings("cn", "", ("Zoë",), "")
