"""BER as LDAP uses it: elements of definite length (RFC 4511 section 5.1), each of whose bytes is read once."""

from typing import NamedTuple

BOOLEAN, INTEGER, OCTET_STRING, ENUMERATED, SEQUENCE = 0x01, 0x02, 0x04, 0x0A, 0x30

MAX_NUMBER_BYTES = 8
"""Numbers in LDAP have four; longer ones would take a time that is quadratic."""

MAX_SHORT_LENGTH = 0x7F
"""The longest content whose length is one byte; for others, the byte tells how many bytes the length has."""


class BerElement(NamedTuple):
    """An element: its tag and its content."""

    tag: int
    content: bytes


def encode_element(tag: int, *parts: bytes) -> bytes:
    """Return an element with these parts as its content."""
    content = b"".join(parts)
    size = len(content)
    if size <= MAX_SHORT_LENGTH:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def encode_number(tag: int, number: int) -> bytes:
    """Return an element with a number of at least 0."""
    return encode_element(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def encode_text(tag: int, text: str) -> bytes:
    """Return an element with a text."""
    return encode_element(tag, text.encode())


def first_size(data: bytes | bytearray) -> int | None:
    """Return the size of the first element, with its tag and length; None if there are too few bytes to know it."""
    try:
        start, end = _content(data, 0)
    except IndexError:
        return None
    return None if start > len(data) else end


def decode_elements(content: bytes) -> list[BerElement]:
    """Return the elements of which a content consists; raise ValueError or IndexError if it does not."""
    found: list[BerElement] = []
    at = 0
    while at < len(content):
        start, end = _content(content, at)
        if end > len(content):
            raise ValueError("an element is longer than the one around it")
        found.append(BerElement(content[at], content[start:end]))
        at = end
    return found


def decode_number(content: bytes) -> int:
    """Return a number of at least 0; raise ValueError if it is negative or too long."""
    number = int.from_bytes(content[: MAX_NUMBER_BYTES + 1], "big", signed=True)
    if number < 0 or len(content) > MAX_NUMBER_BYTES:
        raise ValueError("a number is negative or too long")
    return number


def decode_octet_string(element: BerElement) -> bytes:
    """Return the content of an OCTET STRING; raise ValueError if the element is none."""
    if element.tag != OCTET_STRING:
        raise ValueError("a value is no octet string")
    return element.content


def _content(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """Return the start and the end of the content of an element, which may be beyond the end of the data."""
    size, start = data[at + 1], at + 2
    if size > MAX_SHORT_LENGTH:
        start += size & MAX_SHORT_LENGTH
        size = int.from_bytes(data[at + 2 : start], "big")
    return start, start + size
