"""Requests: what is decoded, against the encoder of another library, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import (
    AbandonRequest,
    AttributeSelection,
    DerefAliases,
    Filter,
    LDAPMessage,
    MessageID,
    ProtocolOp,
    SearchRequest,
)
from ldap3.protocol.rfc4511 import Present as PresentFilter
from ldap3.protocol.rfc4511 import Scope as ScopeNumber
from pyasn1.codec.ber import encoder

from ldap_requests import (
    BIND,
    EXTENDED,
    SEARCH,
    WHO_AM_I,
    bind,
    control,
    extended,
    integer,
    present,
    request,
    search,
    search_operation,
)
from servers.ldap_messages import octet_string, tlv
from xivo_dird.ldap_server.ber import MAX_INTEGER, InvalidBer
from xivo_dird.ldap_server.filters import Present
from xivo_dird.ldap_server.model import Control, LdapFailure, ResultCode, Scope
from xivo_dird.ldap_server.requests import (
    MAX_ATTRIBUTES,
    MAX_CONTROLS,
    BindRequest,
    decode_bind,
    decode_extended_name,
    decode_message,
    decode_search,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.integers(0, MAX_INTEGER)


@given(st.integers(1, MAX_INTEGER), TEXTS, st.sampled_from(Scope), NUMBERS, NUMBERS, st.booleans(), TEXTS)
def test_what_another_library_encodes_is_the_same_search(
    message_id, base, scope, size_limit, time_limit, types_only, name
):
    encoded = SearchRequest()
    encoded["baseObject"] = base.encode()
    encoded["scope"] = ScopeNumber(scope.value)
    encoded["derefAliases"] = DerefAliases(0)
    encoded["sizeLimit"] = size_limit
    encoded["timeLimit"] = time_limit
    encoded["typesOnly"] = types_only
    encoded["filter"] = Filter().setComponentByName("present", PresentFilter("cn"))
    encoded["attributes"] = AttributeSelection()
    encoded["attributes"][0] = name.encode()
    message = LDAPMessage()
    message["messageID"] = MessageID(message_id)
    message["protocolOp"] = ProtocolOp().setComponentByName("searchRequest", encoded)
    decoded = decode_message(encoder.encode(message))
    assert (decoded.message_id, decoded.tag, decoded.controls) == (message_id, SEARCH, ())
    expected = (base, scope, size_limit, time_limit, types_only, Present("cn"), (name,))
    assert decode_search(decoded.content) == expected


def test_an_abandon_is_read_as_another_library_encodes_it():
    message = LDAPMessage()
    message["messageID"] = MessageID(7)
    message["protocolOp"] = ProtocolOp().setComponentByName("abandonRequest", AbandonRequest(300))
    assert decode_message(encoder.encode(message)) == (7, 0x50, b"\x01\x2c", ())


def test_a_simple_bind_has_a_name_and_a_password():
    message = decode_message(bind(1, "Zoë".encode(), "pass wörd".encode(), version=2))
    assert decode_bind(message.content) == BindRequest(2, "Zoë", "pass wörd")


def test_a_bind_by_another_method_has_no_password():
    sasl = tlv(0xA3, octet_string(b"EXTERNAL"), octet_string(b"secret"))
    message = decode_message(request(1, tlv(BIND, integer(3), octet_string(b""), sasl)))
    assert decode_bind(message.content) == BindRequest(3, "", None)


def test_controls_have_an_identifier_a_criticality_and_a_value():
    message = decode_message(
        request(
            5,
            tlv(0x42),
            [control(b"1.2"), control(b"1.3", is_critical=True), control(b"1.4", value=b"\0v")],
        )
    )
    assert message.controls == (
        Control("1.2", False, b""),
        Control("1.3", True, b""),
        Control("1.4", False, b"\0v"),
    )


def test_an_extended_request_has_a_name():
    assert decode_extended_name(decode_message(extended(1, WHO_AM_I)).content) == WHO_AM_I.decode()
    with pytest.raises(InvalidBer):
        decode_extended_name(decode_message(request(1, tlv(EXTENDED))).content)


@pytest.mark.parametrize(
    "encoded",
    [
        tlv(0x30),
        tlv(0x30, integer(1)),
        tlv(0x30, octet_string(b"1"), tlv(0x42)),
        tlv(0x30, integer(1), tlv(0x42), tlv(0xA0), tlv(0xA0)),
        tlv(0x30, integer(1), tlv(0x42), tlv(0x30)),
        tlv(0x30, integer(1), b"\x63\x7f"),
        request(0, search_operation(present(b"cn"))),
        request(-1, tlv(0x42)),
        request(MAX_INTEGER + 1, tlv(0x42)),
        request(2**70, tlv(0x42)),
        tlv(0x30, tlv(0x02), tlv(0x42)),
        request(1, tlv(0x42), [control(b"1.2")] * (MAX_CONTROLS + 1)),
        request(1, tlv(0x42), [tlv(0x30)]),
        request(1, tlv(0x42), [tlv(0x30, integer(1))]),
        request(1, tlv(0x42), [tlv(0x30, octet_string(b"1.2"), integer(1))]),
        request(1, tlv(0x42), [tlv(0x30, octet_string(b"1.2"), tlv(0x01))]),
    ],
)
def test_what_is_no_message_is_refused(encoded):
    with pytest.raises(InvalidBer):
        decode_message(encoded)


def search_parts(**changes):
    parts = {
        "base": octet_string(b""),
        "scope": integer(2, 0x0A),
        "deref": integer(0, 0x0A),
        "size": integer(0),
        "time": integer(0),
        "types": tlv(0x01, b"\0"),
        "filter": present(b"cn"),
        "attributes": tlv(0x30),
    }
    return b"".join((parts | changes).values())


@pytest.mark.parametrize(
    "changes",
    [
        {"base": integer(1)},
        {"base": b""},
        {"scope": integer(3, 0x0A)},
        {"scope": integer(-1, 0x0A)},
        {"scope": integer(2)},
        {"size": integer(-1)},
        {"time": integer(MAX_INTEGER + 1)},
        {"types": tlv(0x01)},
        {"filter": octet_string(b"(cn=*)")},
        {"attributes": octet_string(b"cn")},
        {"more": octet_string(b"")},
    ],
)
def test_what_is_no_search_is_refused(changes):
    assert decode_search(search_parts()).filter == Present("cn")
    with pytest.raises(InvalidBer):
        decode_search(search_parts(**changes))


def test_a_search_has_a_maximum_of_attributes():
    for count, is_refused in ((MAX_ATTRIBUTES, False), (MAX_ATTRIBUTES + 1, True)):
        content = decode_message(search(1, present(b"cn"), attributes=[b"cn"] * count)).content
        if not is_refused:
            assert len(decode_search(content).attributes) == count
            continue
        with pytest.raises(LdapFailure) as failure:
            decode_search(content)
        assert failure.value.code is ResultCode.ADMIN_LIMIT_EXCEEDED


@given(st.binary(max_size=60))
def test_any_bytes_are_a_request_or_an_error(data):
    for decode in (
        decode_bind,
        decode_search,
        decode_extended_name,
        lambda part: decode_message(tlv(0x30, part)),
    ):
        try:
            decode(data)
        except (InvalidBer, LdapFailure):
            continue
