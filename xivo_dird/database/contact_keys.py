"""The keys by which values of stored contacts are found, as the table of keys beside a table of contacts has them.

Migrations rely on it: whoever changes what a key is adds a migration that makes all of them anew.
"""

import re
import unicodedata
from hashlib import blake2b
from zlib import crc32

from xivo_dird.text.phone_number import digit_key

SHORT = 3
"""Characters that a text needs at least to have a trigram."""

SPELLING_BITS = 20
SPELLING_MASK = (1 << SPELLING_BITS) - 1

_DIGIT = re.compile(r"\d")
_SEPARATOR = "\x1f"


def without_case(text: str) -> str:
    """Make texts comparable that may differ in case, and in how their accents are composed."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).lower()


def has_key(text: str) -> bool:
    """Tell whether a value is found by its key: what may be a number, and what is too short for the text index.

    The index finds names nearly as fast; keys for them too would make an import a third slower.
    """
    return _DIGIT.search(text) is not None or len(without_case(text)) < SHORT


def key_of(owner_uuid: str, text: str) -> int:
    """Make the key by which an owner's contacts with the value `text` are found, in 63 bits.

    That of a phone number begins with what all its spellings share. Texts may share a key by chance, so whoever
    looks one up compares the value itself.
    """
    comparable = without_case(text)
    digits = digit_key(comparable)
    if digits is None:
        return _hash(owner_uuid, comparable)
    return _alike(owner_uuid, digits) | crc32(comparable.encode("utf-8", "surrogatepass")) & SPELLING_MASK


def spelling_keys(owner_uuid: str, text: str) -> tuple[int, int] | None:
    """Answer the least and the greatest key of the spellings of a phone number; None for what matches exactly only."""
    digits = digit_key(without_case(text))
    if digits is None:
        return None
    least = _alike(owner_uuid, digits)
    return least, least | SPELLING_MASK


def _alike(owner_uuid: str, digits: int) -> int:
    return _hash(owner_uuid, f"{_SEPARATOR}{digits}") & ~SPELLING_MASK


def _hash(owner_uuid: str, text: str) -> int:
    named = f"{owner_uuid}{_SEPARATOR}{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(named, digest_size=8).digest()) >> 1
