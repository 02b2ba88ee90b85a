"""The file of a snapshot index: its schema, what shapes it, and how keys and rows are made."""

import json
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from zlib import crc32

import orjson

from xivo_dird.backend import Entry, SnapshotBackend, SourceOptions, TextMatch
from xivo_dird.text.folding import fold, storable
from xivo_dird.text.keypad import codes_beginning, word_codes
from xivo_dird.text.phone_number import digit_key

FORMAT = 3
"""Raised with every change of the schema or of how texts are made: older files are then built anew."""

ENTRY_SCHEMA = (
    "CREATE TABLE main.entry (id INTEGER PRIMARY KEY, searched TEXT, numbers TEXT, row BLOB)",
    "CREATE TABLE main.key (key INTEGER PRIMARY KEY)",
)
GRAM_SCHEMA = (
    "CREATE TABLE facts (version TEXT, entries INTEGER, built_at REAL, build_seconds REAL)",
    "CREATE TABLE gram (gram TEXT PRIMARY KEY, occurrences INTEGER) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE occurrence USING fts5 ("
    "spelled, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')",
)

ENTRY_BITS = 30
ENTRY_MASK = (1 << ENTRY_BITS) - 1
SPELLING_BITS = 12
SPELLING_MASK = (1 << SPELLING_BITS) - 1
_PHONE = 1 << 32
"""Above all keys of texts that are no phone numbers."""

_WORDS = -(1 << 63)
"""The least key of a word as it is typed on a keypad; all of them are below zero, where no other key is."""


class KeyKind(IntEnum):
    """What an exactly matched text is."""

    NUMBER = 0
    ID = 1


def key_of(kind: KeyKind, text: str) -> int:
    """Make the key of a text, to be or-ed with the number of its entry.

    Integers sort and store several times faster than texts; that texts share a key now and then is why whoever
    looks one up compares the entry itself.
    """
    return crc32(text.encode("utf-8", "surrogatepass"), kind) << ENTRY_BITS


def number_key(text: str) -> int:
    """Make the key of a number: first what all its spellings share, then a hint of the very text.

    One key serves both ways to look for it, so that an index is no larger for knowing about spellings.
    """
    digits = digit_key(text)
    if digits is None:
        return key_of(KeyKind.NUMBER, text)
    spelling = crc32(text.encode("utf-8", "surrogatepass")) & SPELLING_MASK
    return (_PHONE | digits << SPELLING_BITS | spelling) << ENTRY_BITS


def spelling_keys(text: str) -> tuple[int, int] | None:
    """Answer the least and the greatest key of an entry with the phone number; None for what matches exactly only."""
    digits = digit_key(text)
    if digits is None:
        return None
    least = (_PHONE | digits << SPELLING_BITS) << ENTRY_BITS
    return least, least | SPELLING_MASK << ENTRY_BITS | ENTRY_MASK


def word_keys(text: str, entry: int) -> list[int]:
    """Make the keys of the words of an entry's text, as they are typed on a keypad."""
    least = _WORDS | entry
    return [(code << ENTRY_BITS) + least for code in word_codes(text)]


def keys_beginning(digits: str) -> tuple[int, int]:
    """Answer the least and the greatest key of an entry with a word that begins with `digits` on a keypad."""
    least, greatest = codes_beginning(digits)
    return _WORDS + (least << ENTRY_BITS), _WORDS + (greatest << ENTRY_BITS | ENTRY_MASK)


@dataclass(frozen=True, slots=True)
class IndexShape:
    """What of a source decides how its index looks."""

    searched_columns: tuple[str, ...]
    first_matched_columns: tuple[str, ...]
    unique_column: str | None
    text_match: TextMatch

    @classmethod
    def of(cls, backend: SnapshotBackend[SourceOptions]) -> "IndexShape":
        """Read the shape off a backend."""
        options = backend.options
        return cls(
            options.searched_columns, options.first_matched_columns, backend.unique_column, backend.text_match
        )

    def fingerprint(self, version: str) -> str:
        """Name the index of this shape over the data of `version`: 32 hexadecimal digits."""
        facts = [
            FORMAT,
            version,
            self.searched_columns,
            self.first_matched_columns,
            self.unique_column,
            self.text_match.value,
        ]
        return blake2b(json.dumps(facts).encode(), digest_size=16).hexdigest()

    def comparable(self, text: str) -> str:
        """Make a text or a term comparable as a substring."""
        if self.text_match is TextMatch.CASE_INSENSITIVE:
            return storable(text.lower())
        return storable(fold(text))


def encode(entry: Entry) -> bytes:
    """Turn an entry into its JSON row. What JSON has no type for becomes text."""
    try:
        return orjson.dumps(entry)
    except orjson.JSONEncodeError:  # not a dict, a lone surrogate, an integer beyond 64 bits
        return json.dumps(dict(entry), default=str).encode()


def decode(rows: bytes) -> list[Entry]:
    """Turn a JSON list of rows back into entries."""
    try:
        entries: list[Entry] = orjson.loads(rows)
    except orjson.JSONDecodeError:  # an escaped lone surrogate
        entries = json.loads(rows)
    return entries
