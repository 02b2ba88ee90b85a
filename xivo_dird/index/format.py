"""The format of a snapshot index file: schema, shape, keys and rows."""

import json
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from zlib import crc32

import orjson

from xivo_dird.backend import Entry, SnapshotBackend, SourceOptions, TextMatch
from xivo_dird.index.facts import FACTS_SCHEMA
from xivo_dird.index.postings import GRAM_SCHEMA
from xivo_dird.numbers.written import STEM_KEYS, digit_keys
from xivo_dird.text.folding import storable
from xivo_dird.text.keypad import code_range, word_codes
from xivo_dird.text.values import texts_of

FORMAT_VERSION = 7
"""To be increased with every change of the schema or of how texts are indexed; older files are then rebuilt."""

ENTRY_SCHEMA = "CREATE TABLE entry (id INTEGER PRIMARY KEY, searched TEXT, numbers TEXT, row BLOB)"
SCHEMA = (
    ENTRY_SCHEMA,
    "CREATE TABLE key (key INTEGER PRIMARY KEY)",
    FACTS_SCHEMA,
    *GRAM_SCHEMA,
)

ENTRY_BITS = 30
"""Low bits of a key that hold the number of its entry."""

ENTRY_MASK = (1 << ENTRY_BITS) - 1
SPELLING_BITS = 10
"""Bits of a phone number's key that hold a hash of the exact text."""

SPELLING_MASK = (1 << SPELLING_BITS) - 1
_DIGITS_SHIFT = SPELLING_BITS + ENTRY_BITS
_PHONE_KEY_BASE = 1 << 32
"""Greater than all keys of texts that are not phone numbers, before the shift by `ENTRY_BITS`."""

_WORD_KEY_BASE = -(1 << 63)
"""The lowest keypad key of a word. All word keys are negative; no other key is."""


class KeyKind(IntEnum):
    """The kind of a text that is looked up by its key, as a whole."""

    NUMBER = 0
    ID = 1


def text_key(kind: KeyKind, text: str) -> int:
    """Return the key of a text, to be or-ed with the number of its entry.

    Integers are sorted and stored several times faster than texts. Different texts may share a key, so a lookup
    also compares the entry itself.
    """
    return crc32(text.encode("utf-8", "surrogatepass"), kind) << ENTRY_BITS


def number_keys(text: str, entry: int) -> list[int]:
    """Return the keys of a text with numbers; `entry` is the number of the entry.

    A key has the part that all spellings of a number share, then a hash of the exact text. So one key serves exact
    matches and matches of alternate spellings, and the latter do not enlarge the index. An exact match has the first
    key of its text.
    """
    digits = digit_keys(text)
    if not digits:
        return [text_key(KeyKind.NUMBER, text) | entry]
    spelling = crc32(text.encode("utf-8", "surrogatepass")) & SPELLING_MASK
    base = (_PHONE_KEY_BASE | spelling) << ENTRY_BITS | entry
    if len(digits) == 1:  # fast path: nearly all texts have one number
        return [base | digits[0] << _DIGITS_SHIFT]
    return [base | key << _DIGITS_SHIFT for key in digits]


def id_keys(text: str, entry: int) -> list[int]:
    """Return the keys of the id of an entry; `entry` is the number of the entry."""
    return [text_key(KeyKind.ID, text) | entry]


def number_key_range(digits: int) -> tuple[int, int]:
    """Return the lowest and the highest key of all texts that have this one of their `digit_keys`."""
    lowest = (_PHONE_KEY_BASE | digits << SPELLING_BITS) << ENTRY_BITS
    return lowest, lowest | SPELLING_MASK << ENTRY_BITS | ENTRY_MASK


COMPANY_KEY_RANGE = (number_key_range(STEM_KEYS.start)[0], number_key_range(STEM_KEYS.stop - 1)[1])
"""The lowest and the highest key of company blocks."""


def word_keys(text: str, entry: int) -> list[int]:
    """Return the keypad keys of the words of an entry's text; `entry` is the number of the entry."""
    base = _WORD_KEY_BASE | entry
    return [(code << ENTRY_BITS) + base for code in word_codes(text)]


def word_key_range(digits: str) -> tuple[int, int]:
    """Return the lowest and the highest key of words that begin with `digits` on a keypad."""
    lowest, highest = code_range(digits)
    return _WORD_KEY_BASE + (lowest << ENTRY_BITS), _WORD_KEY_BASE + (highest << ENTRY_BITS | ENTRY_MASK)


@dataclass(frozen=True, slots=True)
class IndexShape:
    """The properties of a source that determine what its index contains.

    Attributes:
        searched_columns: The fields whose texts are searched.
        first_matched_columns: The fields with numbers.
        unique_column: The field that identifies an entry; None: there is none.
        text_match: The rule for texts.
        options: The options of the backend itself, which may change how its data are read.
    """

    searched_columns: tuple[str, ...]
    first_matched_columns: tuple[str, ...]
    unique_column: str | None
    text_match: TextMatch
    options: str = ""

    @classmethod
    def of_backend(cls, backend: SnapshotBackend[SourceOptions]) -> "IndexShape":
        """Return the shape of a backend's index."""
        options = backend.options
        return cls(
            options.searched_columns,
            options.first_matched_columns,
            backend.unique_column,
            backend.text_match,
            _own_options(options),
        )

    def texts_of(self, entry: Entry) -> list[str]:
        """Return the texts of the searched columns of an entry."""
        return [text for column in self.searched_columns for text in texts_of(entry.get(column))]

    def fingerprint(self, version: str) -> str:
        """Return 32 hexadecimal digits that identify the index of this shape for the data of `version`."""
        facts = [
            FORMAT_VERSION,
            version,
            self.searched_columns,
            self.first_matched_columns,
            self.unique_column,
            self.text_match.value,
            self.options,
        ]
        return blake2b(json.dumps(facts).encode(), digest_size=16).hexdigest()

    def normalize(self, text: str) -> str:
        """Return a text or a term in the form in which substrings are compared."""
        return self.text_match.normalize(storable(text))


def _own_options(options: SourceOptions) -> str:
    """Return the options that only this backend has as text, with secrets masked."""
    own = options.model_dump(mode="json", exclude=set(SourceOptions.model_fields))
    for name, value in own.items():
        if isinstance(getattr(options, name), set | frozenset):  # their order differs in each process
            own[name] = sorted(value, key=str)
    return json.dumps(own, sort_keys=True)


def encode_entry(entry: Entry) -> bytes:
    """Return a plain entry as a JSON row."""
    try:
        return orjson.dumps(entry)
    except orjson.JSONEncodeError:  # a lone surrogate
        return json.dumps(entry).encode()


def decode_entries(rows: bytes) -> list[Entry]:
    """Return the entries of a JSON list of rows."""
    try:
        entries: list[Entry] = orjson.loads(rows)
    except orjson.JSONDecodeError:  # an escaped lone surrogate
        entries = json.loads(rows)
    return entries
