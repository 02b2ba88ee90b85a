"""Reads the messages of a server in BER (RFC 4511 section 5.1).

ldap3's decoder reads the rest of an element that is longer than the one around it twice: nested ones of 131 bytes take
it 11 s, each 12 bytes more five times as long, whatever the deadline. A number of 400 KB takes it 17 s.
"""

from typing import NamedTuple

from xivo_dird_backends.ldap.ber import (
    ENUMERATED,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    BerElement,
    decode_elements,
    decode_number,
    decode_octet_string,
    encode_element,
    encode_number,
)
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.search_request import PAGED_RESULTS_OID

RESPONSE_NAME = 0x8A
FLAT_TAGS = frozenset({ENUMERATED, OCTET_STRING, RESPONSE_NAME})
"""What is read of the answer to a bind or StartTLS, and of the notice that a server disconnects."""


class LdapMessage(NamedTuple):
    """A message: its id, the protocol operation, and its controls, which may be missing."""

    message_id: int
    operation: BerElement
    controls: bytes


def read_message(data: bytes) -> LdapMessage:
    """Return a message; raise ValueError or IndexError if it is none."""
    ((_, content),) = decode_elements(data)
    message_id, operation, *controls = decode_elements(content)
    return LdapMessage(decode_number(message_id.content), operation, controls[0].content if controls else b"")


def read_result(operation: BerElement) -> tuple[int, str]:
    """Return the result code of an operation and the server's diagnostic message.

    Raises:
        ValueError: It has none, or an IndexError.
    """
    code, _, text, *_ = decode_elements(operation.content)
    return decode_number(code.content), text.content.decode(errors="replace")


def read_entry(operation: BerElement) -> RawEntry:
    """Return the attributes of an entry that was found; raise ValueError or IndexError if it is none."""
    _, attributes = decode_elements(operation.content)
    entry: dict[str, list[bytes]] = {}
    for attribute in decode_elements(attributes.content):
        name, values = decode_elements(attribute.content)
        entry[name.content.decode(errors="replace")] = [
            decode_octet_string(value) for value in decode_elements(values.content)
        ]
    return entry


def next_cookie(message: LdapMessage) -> bytes:
    """Return the cookie of the next page; empty if there is none, or the search was not paged.

    Raises:
        ValueError: The control of the page is malformed, or an IndexError.
    """
    for control in decode_elements(message.controls):
        name, *options = decode_elements(control.content)
        if name.content == PAGED_RESULTS_OID.encode():
            ((_, page),) = decode_elements(options[-1].content)
            _, cookie = decode_elements(page)
            return decode_octet_string(cookie)
    return b""


def flat_message(data: bytes) -> bytes:
    """Return the answer to a bind or StartTLS without controls and nested elements, for ldap3's decoder.

    Raises:
        ValueError: It is no message, or an IndexError.
    """
    message_id, operation, _ = read_message(data)
    parts = [part for part in decode_elements(operation.content) if part.tag in FLAT_TAGS]
    for part in parts:
        if part.tag == ENUMERATED:
            decode_number(part.content)
    flat = encode_element(operation.tag, *(encode_element(*part) for part in parts))
    return encode_element(SEQUENCE, encode_number(INTEGER, message_id), flat)
