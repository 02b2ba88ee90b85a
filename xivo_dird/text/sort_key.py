"""The sort keys of texts in lists without a term, which SQLite and Python compare alike: by code points."""

from collections.abc import Iterable

from xivo_dird.text.folding import SEPARATOR, fold, storable
from xivo_dird.text.values import texts_of

MAX_TEXT_CHARACTERS = 128
"""Number of characters of a text that are compared."""

LETTERS, HAN, OTHERS, EMPTY = "0123"
"""The kinds of texts, by how they begin, in the order of lists: with a letter, with a Han character, with anything
else; and the texts without a character."""

_HAN_RANGES = (("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))


def sort_key(values: Iterable[object]) -> str:
    """Return the key of an item that is sorted by values, the first one first; a value without text comes last.

    Letters are compared without case and accents (see `fold`). Keys of one order have the same number of values.
    """
    return SEPARATOR.join(map(value_key, values))


def value_key(value: object) -> str:
    """Return the part of a key that one value has; no key of an item with this or a later value is lower."""
    text = fold(storable(sort_text(value)[:MAX_TEXT_CHARACTERS])).strip()[:MAX_TEXT_CHARACTERS]
    return _kind_of(text) + text


def first_value_key(key: str) -> str:
    """Return the `value_key` of the first value of the item with this key."""
    return key.partition(SEPARATOR)[0]


def next_key(key: str) -> str:
    """Return the lowest key after this one."""
    return f"{key}\0"


def sort_text(value: object) -> str:
    """Return the text of a value by which it is sorted, with its case and accents."""
    return next(iter(texts_of(value)), "").strip()


def _kind_of(text: str) -> str:
    first = text[:1]
    if not first:
        return EMPTY
    if not first.isalpha():
        return OTHERS
    return HAN if any(low <= first <= high for low, high in _HAN_RANGES) else LETTERS
