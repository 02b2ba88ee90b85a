"""LDAP requests as raw bytes, a client that sends them, and what a server answers."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from servers.ldap_messages import Element, message, octet_string, tlv
from servers.raw_connection import RawConnection

BIND, UNBIND, SEARCH, ABANDON, EXTENDED = 0x60, 0x42, 0x63, 0x50, 0x77
MODIFY, ADD, DELETE, MODIFY_DN, COMPARE = 0x66, 0x68, 0x4A, 0x6C, 0x6E
BIND_RESPONSE, ENTRY, DONE, EXTENDED_RESPONSE = 0x61, 0x64, 0x65, 0x78
AND, OR, NOT, EQUAL, SUBSTRINGS, AT_LEAST, AT_MOST, PRESENT, APPROXIMATE, EXTENSIBLE = (
    *(0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6),
    *(0x87, 0xA8, 0xA9),
)
INITIAL, MIDDLE, FINAL = 0x80, 0x81, 0x82

START_TLS = b"1.3.6.1.4.1.1466.20037"
WHO_AM_I = b"1.3.6.1.4.1.4203.1.11.3"
BASE = b"dc=directory"

SUCCESS, OPERATIONS_ERROR, PROTOCOL_ERROR, ADMIN_LIMIT = 0, 1, 2, 11
UNAVAILABLE_CRITICAL, CONFIDENTIALITY, NO_SUCH_OBJECT, INVALID_DN = 12, 13, 32, 34
INAPPROPRIATE_AUTHENTICATION, INVALID_CREDENTIALS, NO_ACCESS = 48, 49, 50
BUSY, UNAVAILABLE, UNWILLING, OTHER = 51, 52, 53, 80


def integer(number: int, tag: int = 0x02) -> bytes:
    """Encode an integer of any sign and size."""
    return tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def equal(attribute: bytes, value: bytes, kind: int = EQUAL) -> bytes:
    """Encode a comparison with a value: `EQUAL`, `AT_LEAST`, `AT_MOST` or `APPROXIMATE`."""
    return tlv(kind, octet_string(attribute), octet_string(value))


def present(attribute: bytes) -> bytes:
    """Encode the condition that an attribute has a value."""
    return tlv(PRESENT, attribute)


def contains(attribute: bytes, value: bytes, kind: int = MIDDLE) -> bytes:
    """Encode a condition with one part of a text: at any place, or `INITIAL` or `FINAL`."""
    return substrings(attribute, (kind, value))


def substrings(attribute: bytes, *parts: tuple[int, bytes]) -> bytes:
    """Encode a condition with parts of a text."""
    encoded = (tlv(kind, value) for kind, value in parts)
    return tlv(SUBSTRINGS, octet_string(attribute), tlv(0x30, *encoded))


def negation(part: bytes) -> bytes:
    """Encode a negation."""
    return tlv(NOT, part)


def control(oid: bytes, *, is_critical: bool = False, value: bytes | None = None) -> bytes:
    """Encode a control."""
    criticality = (tlv(0x01, b"\xff"),) if is_critical else ()
    return tlv(0x30, octet_string(oid), *criticality, *(() if value is None else (octet_string(value),)))


def request(message_id: int, operation: bytes, controls: Sequence[bytes] = ()) -> bytes:
    """Encode a message with an operation, and controls if there are any."""
    parts = (tlv(0xA0, *controls),) if controls else ()
    return tlv(0x30, integer(message_id), operation, *parts)


def bind(message_id: int, name: bytes = b"", password: bytes = b"", version: int = 3) -> bytes:
    """Encode a simple bind."""
    return message(message_id, tlv(BIND, integer(version), octet_string(name), tlv(0x80, password)))


def search(
    message_id: int,
    condition: bytes,
    base: bytes = BASE,
    *,
    scope: int = 2,
    size_limit: int = 0,
    attributes: Sequence[bytes] = (),
    controls: Sequence[bytes] = (),
) -> bytes:
    """Encode a search."""
    return request(message_id, search_operation(condition, base, scope, size_limit, attributes), controls)


def search_operation(
    condition: bytes,
    base: bytes = BASE,
    scope: int = 2,
    size_limit: int = 0,
    attributes: Sequence[bytes] = (),
) -> bytes:
    """Encode a search without the message around it."""
    return tlv(
        SEARCH,
        octet_string(base),
        integer(scope, 0x0A),
        integer(0, 0x0A),
        integer(size_limit),
        integer(0),
        tlv(0x01, b"\0"),
        condition,
        tlv(0x30, *map(octet_string, attributes)),
    )


def unbind(message_id: int) -> bytes:
    """Encode an unbind."""
    return request(message_id, tlv(UNBIND))


def abandon(message_id: int, abandoned_id: int) -> bytes:
    """Encode an abandon."""
    return request(message_id, integer(abandoned_id, ABANDON))


def extended(message_id: int, oid: bytes, controls: Sequence[bytes] = ()) -> bytes:
    """Encode an extended request."""
    return request(message_id, tlv(EXTENDED, tlv(0x80, oid)), controls)


class Response(NamedTuple):
    """A response.

    Attributes:
        message_id: The identifier of the request; 0: a notice that belongs to none.
        kind: The tag of the operation.
        parts: The parts of the operation.
    """

    message_id: int
    kind: int
    parts: list[Element]

    @property
    def is_final(self) -> bool:
        """Return whether it ends an operation."""
        return self.kind != ENTRY

    @property
    def code(self) -> int:
        """Return the result code of a response that ends an operation."""
        return self.parts[0].number()

    @property
    def text(self) -> str:
        """Return the diagnostic message of a response that ends an operation."""
        return self.parts[2].content.decode()

    @property
    def dn(self) -> str:
        """Return the name of an entry."""
        return self.parts[0].content.decode()

    @property
    def attributes(self) -> dict[str, list[str]]:
        """Return the attributes of an entry."""
        pairs = (attribute.parts() for attribute in self.parts[1].parts())
        return {
            name.content.decode(): [value.content.decode() for value in values.parts()]
            for name, values in pairs
        }


def split_responses(received: bytes) -> list[Response]:
    """Return the responses in the bytes that a server has sent."""
    found = []
    for encoded in Element(0x30, received).parts():
        message_id, operation, *_ = encoded.parts()
        found.append(Response(message_id.number(), operation.tag, operation.parts()))
    return found


def entries_of(responses: Sequence[Response], attribute: str = "cn") -> list[str]:
    """Return the first value of an attribute of each entry."""
    return [response.attributes[attribute][0] for response in responses if not response.is_final]


def codes_of(responses: Sequence[Response]) -> dict[int, int]:
    """Return the result code of each operation by its identifier."""
    return {response.message_id: response.code for response in responses if response.is_final}


class LdapClient(RawConnection):
    """A client of LDAP, or with a TLS context of LDAPS."""

    def receive(self) -> Response:
        """Return the next response; raise `ConnectionError` if the server closes the connection."""
        while (size := _message_size(self.buffer)) is None:
            self.receive_more()
        encoded, self.buffer = self.buffer[:size], self.buffer[size:]
        return split_responses(encoded)[0]

    def answer(self) -> list[Response]:
        """Return the responses up to the one that ends an operation."""
        responses = [self.receive()]
        while not responses[-1].is_final:
            responses.append(self.receive())
        return responses

    def ask(self, data: bytes) -> list[Response]:
        """Send a request and return its responses."""
        self.send(data)
        return self.answer()

    def code(self, data: bytes) -> int:
        """Send a request and return its result code."""
        return self.ask(data)[-1].code

    def rest(self) -> list[Response]:
        """Return all further responses, up to the end of the connection."""
        responses = []
        try:
            while True:
                responses.append(self.receive())
        except ConnectionError:
            return responses


def _message_size(received: bytes) -> int | None:
    """Return the size of the first message, None if it has not arrived completely."""
    header = re.match(rb"(?s)\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)", received)
    if header is None:
        return None
    length = header[0][1:]
    size = header.end() + (int.from_bytes(length[1:], "big") if len(length) > 1 else length[0])
    return size if size <= len(received) else None
