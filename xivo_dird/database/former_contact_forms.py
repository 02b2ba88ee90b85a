"""The search texts and keys of stored contacts as revisions 0004 to 0006 had them; for migrations.

This is a copy of released code, which the code of today does not use: never change it.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from zlib import crc32

from anyascii import anyascii

_SEPARATOR = "\x1f"
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u064b-\u065f\u0670]"
)
_UNSTORABLE = re.compile("[\x00\x1f\ud800-\udfff]")
_PRIVATE_USE_START = 0x100000
_MIN_INDEXED_CHARACTERS = 3
_SPELLING_MASK = (1 << 20) - 1
_DIGIT = re.compile(r"\d")
_NON_DIGITS = re.compile(r"\D+")
_NUMBER = re.compile(
    r"\s*(?:(?:tel|sips?):)?\s*([+\uff0b]?[\d\s()\[\]./\u00ad\u2010-\u2015\u2212\u2060\uff0d-]*)",
    re.IGNORECASE,
)
_MIN_NUMBER_DIGITS, _MAX_NUMBER_DIGITS, _KEY_DIGITS, _MAX_NUMBER_CHARACTERS = 7, 20, 6, 80


def former_search_text(texts: Iterable[str]) -> str:
    """Return the text that the text index had for a contact with these values."""
    joined = _SEPARATOR.join(map(_storable, texts))
    return joined.lower() if joined.isascii() else "".join(map(_fold_character, joined))


def former_keys(owner_uuid: str, texts: Iterable[str]) -> frozenset[int]:
    """Return the keys of these values, with those of numbers common to all spellings."""
    return frozenset([_key(owner_uuid, text) for text in texts if _has_key(text)])


def keys_of_exact_texts(owner_uuid: str, texts: Iterable[str]) -> frozenset[int]:
    """Return the keys of these values as revision 0003 had them: each stands for one text."""
    return frozenset([_hash(owner_uuid, _without_case(text)) for text in texts if _has_key(text)])


def _storable(text: str) -> str:
    return _UNSTORABLE.sub(lambda match: chr(_PRIVATE_USE_START + ord(match[0])), text)


def _fold_character(character: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", character).casefold())
    return "".join(map(_latin_as_ascii, plain))


def _latin_as_ascii(character: str) -> str:
    if character.isascii() or not unicodedata.name(character, "").startswith("LATIN "):
        return character
    return anyascii(character).lower() or character


def _without_case(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).lower()


def _has_key(text: str) -> bool:
    return _DIGIT.search(text) is not None or len(_without_case(text)) < _MIN_INDEXED_CHARACTERS


def _key(owner_uuid: str, text: str) -> int:
    comparable = _without_case(text)
    digits = _last_digits(comparable)
    if digits is None:
        return _hash(owner_uuid, comparable)
    spelling = crc32(comparable.encode("utf-8", "surrogatepass")) & _SPELLING_MASK
    return _hash(owner_uuid, f"{_SEPARATOR}{digits}") & ~_SPELLING_MASK | spelling


def _last_digits(text: str) -> int | None:
    without_plus = text[1:] if text.startswith("+") else text
    digits = without_plus if without_plus.isdecimal() else _digits(text)
    return int(digits[-_KEY_DIGITS:]) if _MIN_NUMBER_DIGITS <= len(digits) <= _MAX_NUMBER_DIGITS else None


def _digits(text: str) -> str:
    match = _NUMBER.match(text) if len(text) <= _MAX_NUMBER_CHARACTERS else None
    return "" if match is None else _NON_DIGITS.sub("", match[1])


def _hash(owner_uuid: str, text: str) -> int:
    message = f"{owner_uuid}{_SEPARATOR}{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(message, digest_size=8).digest()) >> 1
