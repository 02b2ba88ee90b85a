"""LDAP messages (RFC 4511) as a server writes and reads them, in BER."""

from typing import NamedTuple

# RFC 4511: protocol operations (section 4.2 to 4.12) and result codes (section 4.1.9).
BIND_RESPONSE, SEARCH_ENTRY, SEARCH_DONE, EXTENDED_RESPONSE = 0x61, 0x64, 0x65, 0x78
SEARCH_REFERENCE = 0x73
SUCCESS, TIME_LIMIT_EXCEEDED, SIZE_LIMIT_EXCEEDED, REFERRAL, ADMIN_LIMIT_EXCEEDED = 0, 3, 4, 10, 11
UNAVAILABLE, REFUSED = 52, 53
INVALID_CREDENTIALS = 49
REFERRAL_TAG = 0xA3
NOTICE_OF_DISCONNECTION = b"1.3.6.1.4.1.1466.20036"
"""The name of the unsolicited response of RFC 4511 section 4.4.1."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """Encode one BER element of definite length (tag, length, value)."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + length + content


def octet_string(value: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return tlv(0x04, value)


PAGED_RESULTS = octet_string(b"1.2.840.113556.1.4.319")
"""The name of the control of a page (RFC 2696)."""


def ldap_result(
    message_id: int, operation: int, code: int, diagnostic: bytes = b"", *optional: bytes
) -> bytes:
    """Encode a message that ends an operation (LDAPResult); `optional` are encoded optional fields."""
    return message(message_id, tlv(operation, result_fields(code, diagnostic), *optional))


def result_fields(code: int, diagnostic: bytes = b"") -> bytes:
    """Encode the fields that every LDAPResult has: the code, an empty matched DN and the diagnostic message."""
    return tlv(0x0A, bytes([code])) + octet_string(b"") + octet_string(diagnostic)


def notice_of_disconnection(diagnostic: bytes) -> bytes:
    """Encode the message with which a server says that it will disconnect."""
    return ldap_result(0, EXTENDED_RESPONSE, UNAVAILABLE, diagnostic, tlv(0x8A, NOTICE_OF_DISCONNECTION))


def search_entry(message_id: int, attributes: dict[str, list[bytes]]) -> bytes:
    """Encode a SearchResultEntry."""
    encoded = (
        tlv(0x30, octet_string(name.encode()), tlv(0x31, *map(octet_string, values)))
        for name, values in attributes.items()
    )
    return message(
        message_id, tlv(SEARCH_ENTRY, octet_string(b"uid=x,dc=example,dc=org"), tlv(0x30, *encoded))
    )


def paged_control(cookie: bytes) -> bytes:
    """Encode the control of a page (RFC 2696); an empty cookie: it is the last one."""
    value = tlv(0x30, tlv(0x02, b"\0"), octet_string(cookie))
    return tlv(0x30, PAGED_RESULTS, octet_string(value))


def message(message_id: int, operation: bytes) -> bytes:
    """Encode a message around a protocol operation."""
    number = message_id.to_bytes(message_id.bit_length() // 8 + 1, "big")
    return tlv(0x30, tlv(0x02, number), operation)


class Element(NamedTuple):
    """A BER element: its tag and its content."""

    tag: int
    content: bytes

    def parts(self) -> list["Element"]:
        """Return the elements in it."""
        found, at = [], 0
        while at < len(self.content):
            tag, length, start = self.content[at], self.content[at + 1], at + 2
            if length >= 0x80:
                start += length & 0x7F
                length = int.from_bytes(self.content[at + 2 : start], "big")
            found.append(Element(tag, self.content[start : start + length]))
            at = start + length
        return found

    def number(self) -> int:
        """Return the content as an integer that is not negative."""
        return int.from_bytes(self.content, "big")
