"""Responses, as another library reads them."""

from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import LDAPMessage
from pyasn1.codec.ber import decoder

from xivo_dird.ldap_server.model import Control, LdapFailure, LdapOperation, ResultCode
from xivo_dird.ldap_server.responses import encode_disconnection, encode_entry, encode_result

TEXTS = st.text(max_size=40)


def decoded(encoded):
    """Return a message as another library decodes it."""
    message, rest = decoder.decode(encoded, asn1Spec=LDAPMessage())
    assert rest == b""
    return message, message["protocolOp"].getComponent()


def sent(text):
    """Return the bytes of a text, without what UTF-8 can't have."""
    return text.encode("utf-8", "replace")


@given(st.integers(0, 2**31 - 1), TEXTS, st.dictionaries(TEXTS, st.lists(TEXTS, max_size=3), max_size=4))
def test_an_entry_has_its_name_and_attributes(message_id, dn, attributes):
    message, entry = decoded(encode_entry(message_id, dn, attributes.items()))
    assert (int(message["messageID"]), bytes(entry["object"])) == (message_id, sent(dn))
    found = [(bytes(one["type"]), sorted(map(bytes, one["vals"]))) for one in entry["attributes"]]
    expected = [(sent(name), sorted(map(sent, values))) for name, values in attributes.items()]
    assert found == expected


@given(st.sampled_from(ResultCode), TEXTS, TEXTS)
def test_a_result_has_a_code_a_message_and_the_nearest_name(code, text, dn):
    _, result = decoded(encode_result(5, LdapOperation.SEARCH_RESULT_DONE, LdapFailure(code, text, dn)))
    assert int(result["resultCode"]) == code
    assert (bytes(result["matchedDN"]), bytes(result["diagnosticMessage"])) == (sent(dn), sent(text))


def test_controls_follow_the_operation():
    controls = [Control("1.2", False, b"\0x"), Control("1.3", True, b"")]
    message, _ = decoded(encode_result(5, LdapOperation.SEARCH_RESULT_DONE, controls=controls))
    found = [
        (bytes(one["controlType"]), bool(one["criticality"]), bytes(one["controlValue"]))
        for one in message["controls"]
        if one["controlValue"].hasValue()
    ]
    assert found == [(b"1.2", False, b"\0x")]
    assert bytes(message["controls"][1]["controlType"]) == b"1.3"


def test_a_notice_belongs_to_no_request():
    message, notice = decoded(encode_disconnection(LdapFailure(ResultCode.PROTOCOL_ERROR, "no LDAP")))
    assert (int(message["messageID"]), int(notice["resultCode"])) == (0, 2)
    assert bytes(notice["responseName"]) == b"1.3.6.1.4.1.1466.20036"
