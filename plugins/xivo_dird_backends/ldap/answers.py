"""Reads the messages of a server in BER (RFC 4511 section 5.1).

ldap3's decoder reads the rest of an element that is longer than the one around it twice: whatever the deadline, nested
ones of 300 bytes take it years, and a long number minutes.
"""

from typing import NamedTuple

from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.search_request import (
    ENUMERATED,
    INTEGER,
    OCTET_STRING,
    PAGED_RESULTS_OID,
    SEQUENCE,
    ber_element,
    ber_number,
)

RESPONSE_NAME = 0x8A
FLAT_TAGS = frozenset({ENUMERATED, OCTET_STRING, RESPONSE_NAME})
"""What is read of the answer to a bind or StartTLS, and of the notice that a server disconnects."""

MAX_NUMBER_BYTES = 8


class BerElement(NamedTuple):
    """An element: its tag and its content."""

    tag: int
    content: bytes


class LdapMessage(NamedTuple):
    """A message: its id, the protocol operation, and its controls, which may be missing."""

    message_id: int
    operation: BerElement
    controls: bytes


class CodeAndText(NamedTuple):
    """How an operation ended: the result code and the server's diagnostic message."""

    code: int
    text: str


def read_message(data: bytes) -> LdapMessage:
    """Return a message; raise ValueError or IndexError if it is none."""
    ((_, content),) = _elements(data)
    message_id, operation, *controls = _elements(content)
    return LdapMessage(_number(message_id.content), operation, controls[0].content if controls else b"")


def read_result(operation: BerElement) -> CodeAndText:
    """Return the result of an operation; raise ValueError or IndexError if it has none."""
    code, _, text, *_ = _elements(operation.content)
    return CodeAndText(_number(code.content), text.content.decode(errors="replace"))


def read_entry(operation: BerElement) -> RawEntry:
    """Return the attributes of an entry that was found; raise ValueError or IndexError if it is none."""
    _, attributes = _elements(operation.content)
    entry: dict[str, list[bytes]] = {}
    for attribute in _elements(attributes.content):
        name, values = _elements(attribute.content)
        entry[name.content.decode(errors="replace")] = [
            _octet_string(value) for value in _elements(values.content)
        ]
    return entry


def next_cookie(message: LdapMessage) -> bytes:
    """Return the cookie of the next page; empty if there is none, or the search was not paged.

    Raises:
        ValueError: The control of the page is malformed, or an IndexError.
    """
    for control in _elements(message.controls):
        name, *options = _elements(control.content)
        if name.content == PAGED_RESULTS_OID.encode():
            ((_, page),) = _elements(options[-1].content)
            _, cookie = _elements(page)
            return _octet_string(cookie)
    return b""


def flat_message(data: bytes) -> bytes:
    """Return the answer to a bind or StartTLS without controls and nested elements, for ldap3's decoder.

    Raises:
        ValueError: It is no message, or an IndexError.
    """
    message_id, operation, _ = read_message(data)
    parts = [part for part in _elements(operation.content) if part.tag in FLAT_TAGS]
    for part in parts:
        if part.tag == ENUMERATED:
            _number(part.content)
    flat = ber_element(operation.tag, *(ber_element(*part) for part in parts))
    return ber_element(SEQUENCE, ber_number(INTEGER, message_id), flat)


def _octet_string(element: BerElement) -> bytes:
    if element.tag != OCTET_STRING:
        raise ValueError("a value is no octet string")
    return element.content


def _number(content: bytes) -> int:
    number = int.from_bytes(content[: MAX_NUMBER_BYTES + 1], "big", signed=True)
    if number < 0 or len(content) > MAX_NUMBER_BYTES:
        raise ValueError("a number is negative or too long")
    return number


def _elements(content: bytes) -> list[BerElement]:
    """Return the elements of which a content consists; raise ValueError or IndexError if it does not."""
    found: list[BerElement] = []
    at = 0
    while at < len(content):
        size, start = content[at + 1], at + 2
        if size > 0x7F:
            start += size & 0x7F
            size = int.from_bytes(content[at + 2 : start], "big")
        end = start + size
        if end > len(content):
            raise ValueError("an element is longer than the one around it")
        found.append(BerElement(content[at], content[start:end]))
        at = end
    return found
