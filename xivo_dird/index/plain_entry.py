"""Reduces the entries of a plugin to plain JSON values of limited size, whatever the plugin put into them."""

from collections.abc import Mapping
from math import isfinite

import orjson

from xivo_dird.backend import AlternateSpelling, RelatedEntry

MAX_DEPTH = 64
"""Maximum number of lists and maps around a value."""

MAX_INT, MIN_INT = 2**64 - 1, -(2**63)
"""The numbers that JSON has as numbers here; others become texts."""

VALUE_BYTES = 4
"""What each value of an entry counts besides its characters."""

_TEXTS = {str}
_ENTRY_TYPES = (dict, AlternateSpelling, RelatedEntry)


class UnusableEntry(Exception):
    """An entry can't be stored or shown; the message does not quote it."""


def plain_entry(entry: object, max_bytes: int) -> Mapping[str, object]:
    """Return an entry whose values are only texts, numbers, booleans, null, lists and maps.

    An entry with texts only, as nearly all have, is returned itself. Other values without a JSON type become texts.

    Args:
        entry: What a backend returned.
        max_bytes: The maximum size of the entry: the characters of names and values, and `VALUE_BYTES` per value.

    Raises:
        UnusableEntry: It is no mapping, has a name that is no text, is too large, nested too deeply or contains itself,
            or a value can't be converted.
    """
    if type(entry) in _ENTRY_TYPES and isinstance(entry, dict) and _has_texts_only(entry):
        size = sum(map(len, entry.values())) + sum(map(len, entry)) + VALUE_BYTES * len(entry)
        if size > max_bytes:
            raise _too_large(max_bytes)
        return entry
    if not isinstance(entry, Mapping):
        raise UnusableEntry(f"{type(entry).__name__} where an entry is a mapping")
    try:
        plain = _Converter(max_bytes).mapping(entry, 0)
    except UnusableEntry:
        raise
    except Exception as error:
        raise UnusableEntry(f"a value can't be converted: {type(error).__name__}") from error
    return entry.with_fields(plain) if isinstance(entry, RelatedEntry) else plain


def _has_texts_only(entry: dict[object, object]) -> bool:
    return set(map(type, entry.values())) == _TEXTS == set(map(type, entry))


def _too_large(max_bytes: int) -> UnusableEntry:
    return UnusableEntry(f"it is larger than {max_bytes} bytes")


class _Converter:
    """Converts the values of one entry. Each value counts, so that a value in many places is no bomb."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._remaining = max_bytes

    def mapping(self, values: Mapping[object, object], depth: int) -> dict[str, object]:
        if depth > MAX_DEPTH:
            raise UnusableEntry(f"it is nested more than {MAX_DEPTH} levels deep, or contains itself")
        return {self._name(name): self._value(value, depth) for name, value in values.items()}

    def _name(self, name: object) -> str:
        if type(name) is str:  # fast path
            self._remaining -= len(name)
            return name
        if isinstance(name, str):
            return self._text(name)
        if isinstance(name, int):
            return self._text(str(name))
        raise UnusableEntry(f"a field has a {type(name).__name__} as its name, not a text")

    def _value(self, value: object, depth: int) -> object:
        if type(value) is str:  # fast path
            self._count(len(value) + VALUE_BYTES)
            return value
        self._count(VALUE_BYTES)
        if isinstance(value, Mapping):
            return self.mapping(value, depth + 1)
        if isinstance(value, list | tuple | set | frozenset):
            return self._list(value, depth + 1)
        return self._scalar(value)

    def _scalar(self, value: object) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int):
            return int(value) if MIN_INT <= value <= MAX_INT else self._text(str(value))
        if isinstance(value, float):
            return float(value) if isfinite(value) else None
        return self._other(value)

    def _list(
        self, values: list[object] | tuple[object, ...] | set[object] | frozenset[object], depth: int
    ) -> list[object]:
        if depth > MAX_DEPTH:
            raise UnusableEntry(f"it is nested more than {MAX_DEPTH} levels deep, or contains itself")
        return [self._value(value, depth) for value in values]

    def _other(self, value: object) -> object:
        """Return the JSON value of a date, a uuid and the like; any other value as its text."""
        try:
            encoded = orjson.dumps(value)
        except orjson.JSONEncodeError:
            return self._text(str(value))
        self._count(len(encoded))
        return orjson.loads(encoded)

    def _text(self, text: str) -> str:
        self._count(len(text))
        return str.__str__(text)

    def _count(self, size: int) -> None:
        self._remaining -= size
        if self._remaining < 0:
            raise _too_large(self._max_bytes)
