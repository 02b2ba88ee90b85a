"""The part of BER (ITU-T X.690) that LDAP uses: tags of one byte and definite lengths (RFC 4511 section 5.1).

Not a library: with the fastest one a search and its entries take more than three times as long (docs/decisions.md).
"""

from collections.abc import Iterable

from xivo_dird.exceptions import DirdError

BOOLEAN = 0x01
INTEGER = 0x02
OCTET_STRING = 0x04
ENUMERATED = 0x0A
SEQUENCE = 0x30
SET = 0x31

_HIGH_TAG_NUMBER = 0x1F
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4

MAX_INTEGER = 2**31 - 1
"""The largest integer of LDAP (RFC 4511 section 4.1.1.1)."""

Element = tuple[int, bytes]
"""Tag and content."""


class InvalidBer(DirdError):
    """The bytes are not the BER of LDAP."""


def message_size(received: bytes | bytearray) -> int | None:
    """Return the size of the message that begins with some bytes, None if they are too few to know it.

    Raises:
        InvalidBer: They are not the beginning of a message.
    """
    if received and received[0] != SEQUENCE:
        raise InvalidBer("a message that is no sequence")
    count = received[1] & ~_LONG_FORM if len(received) > 1 and received[1] & _LONG_FORM else 0
    if len(received) < 2 + min(count, _MAX_LENGTH_BYTES):
        return None
    length, start = _read_length(received, 1)
    return start + length


def elements(content: bytes) -> list[Element]:
    """Return the elements in the content of a sequence or set.

    Raises:
        InvalidBer: The content is no sequence of elements.
    """
    found: list[Element] = []
    position, end = 0, len(content)
    while position < end:
        tag = content[position]
        start = position + 2
        if start > end or tag & _HIGH_TAG_NUMBER == _HIGH_TAG_NUMBER:
            raise InvalidBer("an element without a length, or with a tag of several bytes")
        length = content[position + 1]
        if length & _LONG_FORM:
            length, start = _read_length(content, position + 1)
        position = start + length
        if position > end:
            raise InvalidBer("an element that is longer than what contains it")
        found.append((tag, content[start:position]))
    return found


def element(tag: int, content: bytes) -> bytes:
    """Return the encoding of an element."""
    length = len(content)
    if length < _LONG_FORM:
        return bytes((tag, length)) + content
    encoded = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(encoded))) + encoded + content


def sequence(parts: Iterable[bytes], tag: int = SEQUENCE) -> bytes:
    """Return the encoding of a sequence or set of encoded elements."""
    return element(tag, b"".join(parts))


def octets(text: str, tag: int = OCTET_STRING) -> bytes:
    """Return the encoding of a text."""
    return element(tag, text.encode("utf-8", "replace"))


def integer(number: int, tag: int = INTEGER) -> bytes:
    """Return the encoding of an integer of 0 or more."""
    return element(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def boolean(is_true: bool, tag: int = BOOLEAN) -> bytes:
    """Return the encoding of a truth value."""
    return element(tag, b"\xff" if is_true else b"\x00")


def read_integer(content: bytes) -> int:
    """Return an integer from 0 to `MAX_INTEGER`.

    Raises:
        InvalidBer: It is no such integer.
    """
    if len(content) == 1 and content[0] < _LONG_FORM:  # nearly all
        return content[0]
    number = int.from_bytes(content, "big", signed=True) if 0 < len(content) <= 5 else -1
    if not 0 <= number <= MAX_INTEGER:
        raise InvalidBer("an integer out of range")
    return number


def read_boolean(content: bytes) -> bool:
    """Return a truth value.

    Raises:
        InvalidBer: It is none.
    """
    if len(content) != 1:
        raise InvalidBer("a truth value that is not one byte")
    return content != b"\x00"


def read_text(content: bytes) -> str:
    """Return a text: UTF-8 (RFC 4511 section 4.1.2), or else Latin-1, which phones send in LDAPv2."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _read_length(data: bytes | bytearray, position: int) -> tuple[int, int]:
    """Return the length at a position, and the position behind it."""
    first = data[position]
    if not first & _LONG_FORM:
        return first, position + 1
    count = first & ~_LONG_FORM
    if not 0 < count <= _MAX_LENGTH_BYTES:
        raise InvalidBer("an indefinite or too large length")
    start = position + 1 + count
    if start > len(data):
        raise InvalidBer("an element without a length")
    return int.from_bytes(data[position + 1 : start], "big"), start
