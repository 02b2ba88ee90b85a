"""LDAP messages (RFC 4511) as a server writes and reads them, in BER."""

from typing import NamedTuple

# RFC 4511: protocol operations (section 4.2 to 4.12) and result codes (section 4.1.9).
BIND_RESPONSE, SEARCH_ENTRY, SEARCH_DONE, EXTENDED_RESPONSE = 0x61, 0x64, 0x65, 0x78
SEARCH_REFERENCE = 0x73
SUCCESS, TIME_LIMIT_EXCEEDED, SIZE_LIMIT_EXCEEDED, REFERRAL, ADMIN_LIMIT_EXCEEDED = 0, 3, 4, 10, 11
UNAVAILABLE, REFUSED = 52, 53
INVALID_CREDENTIALS = 49
REFERRAL_TAG = 0xA3


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


def ldap_result(
    message_id: int, operation: int, code: int, diagnostic: bytes = b"", *optional: bytes
) -> bytes:
    """Encode a message that ends an operation (LDAPResult); `optional` are encoded optional fields."""
    result = tlv(operation, tlv(0x0A, bytes([code])), octet_string(b""), octet_string(diagnostic), *optional)
    return message(message_id, result)


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
    return tlv(0x30, octet_string(b"1.2.840.113556.1.4.319"), octet_string(value))


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
