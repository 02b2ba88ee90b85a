"""The sort keys of texts in lists without a term, which SQLite and Python compare alike: by code points."""

import re
from collections.abc import Iterable

from xivo_dird.text.folding import SEPARATOR, fold, storable
from xivo_dird.text.values import texts_of

MAX_TEXT_CHARACTERS = 128
"""Number of characters of a text that are compared."""

LETTERS, HAN, OTHERS, EMPTY = "0123"
"""The kinds of texts, by how they begin, in the order of lists: with a letter, with a Han character, with anything
else; and the texts without a character."""

_HAN_RANGES = (("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))

# A key must not have a character below the blank: `SEPARATOR` is one, and the others would come before it.
_CONTROLS = re.compile("[\x00-\x1f]+")


def sort_key(texts: Iterable[str]) -> str:
    """Return the key of an item that is sorted by texts (`sort_text`), the first one first; an empty one comes last.

    Letters are compared without case and accents (see `fold`). Keys of one order have the same number of texts.
    """
    return SEPARATOR.join(map(text_key, texts))


def value_key(value: object) -> str:
    """Return the part of a key that one value has; no key of an item with this or a later value is lower."""
    return text_key(sort_text(value))


def text_key(text: str) -> str:
    """Return the part of a key that a `sort_text` has."""
    folded = fold(text).strip()[:MAX_TEXT_CHARACTERS]
    return _kind_of(folded) + folded


def first_value_key(key: str) -> str:
    """Return the `value_key` of the first value of the item with this key."""
    return key.partition(SEPARATOR)[0]


def next_key(key: str) -> str:
    """Return the lowest key after this one."""
    return f"{key}\0"


def sort_text(value: object) -> str:
    """Return the text of a value by which it is sorted, with its case and accents: the first one that is not blank.

    It has at most `MAX_TEXT_CHARACTERS`, and none that SQLite can't store.
    """
    for text in texts_of(value):
        stripped = text.strip()[:MAX_TEXT_CHARACTERS]
        if not stripped.isprintable():
            stripped = storable(_CONTROLS.sub(" ", stripped)).strip()
        if stripped:
            return stripped
    return ""


def _kind_of(text: str) -> str:
    first = text[:1]
    if not first:
        return EMPTY
    if not first.isalpha():
        return OTHERS
    return HAN if any(low <= first <= high for low, high in _HAN_RANGES) else LETTERS
