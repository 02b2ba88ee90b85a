"""Names typed on the keypad of a phone: 2 is a, b or c ... 9 is w, x, y or z (ITU-T E.161, "T9").

A word of a text is represented by its *keys*: one character per letter, greater by one than the digit. The *code* of
a word is its keys read as a number, padded to a fixed length with zeros, since no key is zero.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product

from xivo_dird.text.folding import SEPARATOR, fold

LETTERS = ("", "", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
"""The letters on the key of each digit."""

CODE_LENGTH = 9
"""Number of keys of a word that its code consists of."""

_BASE = len(LETTERS) + 1
CODE_LIMIT = _BASE**CODE_LENGTH
"""Greater than all codes, and less than 2**32."""

_KEYS = b"123456789a"
_KEY_OF = {ord(letter): key for key, letters in zip(_KEYS, LETTERS, strict=True) for letter in letters}
_JOINER, _JOINERS, _GAP = b"-", b"-'", ord(" ")
_WORDS = bytes(_JOINER[0] if byte in _JOINERS else _KEY_OF.get(byte, _GAP) for byte in range(256))
_PADDING = b"0" * CODE_LENGTH
_DIGIT_TO_KEY = bytes.maketrans(b"0123456789", _KEYS)

_WORD_JOINERS = "-'\u2019"
_PUNCTUATION = " ()./\xa0\u2010\u2011\u2012\u2013\u2014\u2015-"
_DIGIT_AFTER_PUNCTUATION = re.compile(rf"[{_PUNCTUATION}][0-9]")
_PATTERN_KEYS = 12
_LETTER = re.compile(r"[^\W\d_]")
_NON_DIGITS = re.compile(r"[^0-9]+")
_DIGITS = re.compile(r"[0-9]+")


def is_typed(term: str) -> bool:
    """Return whether a term may be a word that was typed on a keypad: it has only digits."""
    return _DIGITS.fullmatch(term) is not None


def word_codes(text: str) -> list[int]:
    """Return the code of every word of a text; the codes of words with a common prefix form a range."""
    return [int((word + _PADDING)[:CODE_LENGTH], _BASE) for word in _words(text)]


def code_range(digits: str) -> tuple[int, int]:
    """Return the lowest and the highest code of words that begin with the first `CODE_LENGTH` of `digits`."""
    keys = digits[:CODE_LENGTH].encode().translate(_DIGIT_TO_KEY)
    lowest = int((keys + _PADDING)[:CODE_LENGTH], _BASE)
    return lowest, lowest + _BASE ** (CODE_LENGTH - len(keys)) - 1


def compact_numbers(text: str) -> str | None:
    """Return the digits of the numbers in an index text that are written with blanks or punctuation.

    Returns:
        The digits of every column without letters, joined by `SEPARATOR`; None if no number has blanks or punctuation.
    """
    if _DIGIT_AFTER_PUNCTUATION.search(text) is None:
        return None
    numbers = [part for part in text.split(SEPARATOR) if _LETTER.search(part) is None]
    return SEPARATOR.join(_NON_DIGITS.sub("", number) for number in numbers) or None


def typed_pattern(digits: str) -> str:
    """Return a regular expression that matches every folded text that `digits` may mean, and possibly others."""
    return "[^a-z0-9]{0,3}".join(f"[{choice}]" for choice in _choices(digits[:_PATTERN_KEYS]))


def typed_pieces(digits: str) -> list[str]:
    """Return pieces of three characters; every folded text that `digits` may mean contains at least one of them.

    Args:
        digits: At least three digits.
    """
    first, second, third = _choices(digits[:3])
    letters = ((first, second, third), (first, _WORD_JOINERS, second), (first, second, _WORD_JOINERS))
    first, second = digits[0], digits[1]
    numbers = (
        (first, _PUNCTUATION, second),
        (first, second, _PUNCTUATION),
        (first, _PUNCTUATION, _PUNCTUATION),
    )
    return [*dict.fromkeys("".join(piece) for parts in (*letters, *numbers) for piece in product(*parts))]


def _choices(digits: str) -> list[str]:
    return [f"{digit}{LETTERS[int(digit)]}" for digit in digits]


class TypedTerm:
    """Digits that were typed on a keypad, prepared for comparison with many texts."""

    def __init__(self, digits: str) -> None:
        """Match words that begin with `digits`, and numbers that contain them."""
        self._digits = digits
        self._keys = digits.encode().translate(_DIGIT_TO_KEY)

    def matches(self, text: str) -> bool:
        """Return whether a word of the text begins with these digits on a keypad, or a number in it contains them."""
        if self._digits in text or any(word.startswith(self._keys) for word in _words(text)):
            return True
        numbers = compact_numbers(text)
        return numbers is not None and self._digits in numbers


def _words(text: str) -> Iterable[bytes]:
    """Return the keys of every word of a text, and of each part behind a hyphen or an apostrophe.

    `Jean-Luc` has the keys of 5326582 and of 582. Characters that are on no key separate words.
    """
    latin = text.lower() if text.isascii() else fold(text.replace("\u2019", "'"))
    keyed = latin.encode("ascii", "replace").translate(_WORDS)
    return _parts(keyed) if _JOINER in keyed else keyed.split()


def _parts(keyed: bytes) -> Iterator[bytes]:
    for word in keyed.split():
        parts = [part for part in word.split(_JOINER) if part]
        for start in range(len(parts)):
            yield b"".join(parts[start:][:CODE_LENGTH])
