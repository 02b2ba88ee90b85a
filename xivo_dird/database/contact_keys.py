"""The numeric keys that stored contacts are looked up by, stored in a key table beside each contact table.

Migrations use these functions: a change of the keys needs a migration that computes all of them again.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b
from zlib import crc32

from xivo_dird.numbers.written import digit_keys
from xivo_dird.text.folding import caseless

MIN_INDEXED_CHARACTERS = 3
"""Minimum length, in characters, of a text that has a trigram."""

SPELLING_BITS = 20
SPELLING_MASK = (1 << SPELLING_BITS) - 1

_DIGIT = re.compile(r"\d")
_SEPARATOR = "\x1f"


def normalize_case(text: str) -> str:
    """Return a text in the form in which values are compared regardless of case and spelling."""
    return caseless(text)


def keys_of(owner_uuid: str, texts: Iterable[str]) -> frozenset[int]:
    """Return the keys of the values of a contact."""
    return frozenset(key for text in texts if has_key(text) for key in value_keys(owner_uuid, text))


def has_key(text: str) -> bool:
    """Return True for a value that gets a key: it has a digit (as numbers do), or is too short for the text index.

    The text index finds names nearly as fast; keys for names would make an import a third slower.
    """
    return _DIGIT.search(text) is not None or len(normalize_case(text)) < MIN_INDEXED_CHARACTERS


def value_keys(owner_uuid: str, text: str) -> list[int]:
    """Return the keys, in 63 bits, of the value `text` in a contact of this owner.

    The high bits of a phone number's key are common to all spellings of the number. A text with several numbers has
    several keys; values that differ only in case have the same keys. Different texts may have the same key by
    chance, so the result of a lookup by key must be compared with the value itself.
    """
    comparable = normalize_case(text)
    digits = digit_keys(text)  # of the original, in which a line break separates numbers
    if not digits:
        return [_hash(owner_uuid, comparable)]
    spelling = crc32(comparable.encode("utf-8", "surrogatepass")) & SPELLING_MASK
    return [_first_spelling_key(owner_uuid, key) | spelling for key in digits]


def number_key_range(owner_uuid: str, digits: int) -> tuple[int, int]:
    """Return the first and the last key of all values that have this one of their `digit_keys`."""
    first = _first_spelling_key(owner_uuid, digits)
    return first, first | SPELLING_MASK


def _first_spelling_key(owner_uuid: str, digits: int) -> int:
    return _hash(owner_uuid, f"{_SEPARATOR}{digits}") & ~SPELLING_MASK


def _hash(owner_uuid: str, text: str) -> int:
    message = f"{owner_uuid}{_SEPARATOR}{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(message, digest_size=8).digest()) >> 1
