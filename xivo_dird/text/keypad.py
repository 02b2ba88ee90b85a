"""Names as they are typed on the keypad of a phone: 2 is a, b or c ... 9 is w, x, y or z (ITU-T E.161, "T9").

A word of a text is written as its *keys*: one character per letter, greater by one than the digit, so that the code
of a word, its keys read as a number, has zeros for where the word has ended.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product

from xivo_dird.text.folding import SEPARATOR, fold

LETTERS = ("", "", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
"""What stands on the key of each digit."""

CODED = 9
"""Keys of a word that its code is made of."""

_BASE = len(LETTERS) + 1
CODES = _BASE**CODED
"""Above all codes; below 2**32."""

_KEYS = b"123456789a"
_KEY_OF = {ord(letter): key for key, letters in zip(_KEYS, LETTERS, strict=True) for letter in letters}
_JOINER, _JOINERS, _GAP = b"-", b"-'", ord(" ")
_WORDS = bytes(_JOINER[0] if byte in _JOINERS else _KEY_OF.get(byte, _GAP) for byte in range(256))
_ENDED = b"0" * CODED
_TYPED = bytes.maketrans(b"0123456789", _KEYS)

_JOINED_BY = "-'\u2019"
_APART = " ()./\xa0\u2010\u2011\u2012\u2013\u2014\u2015-"
_WRITTEN_APART = re.compile(rf"[{_APART}][0-9]")
_PATTERN_KEYS = 12
_LETTER = re.compile(r"[^\W\d_]")
_NO_DIGIT = re.compile(r"[^0-9]+")
_ASKED = re.compile(r"[0-9]+")


def is_typed(term: str) -> bool:
    """Tell whether a term may be a word that was typed on a keypad."""
    return _ASKED.fullmatch(term) is not None


def word_codes(text: str) -> list[int]:
    """Make the code of every word of a text: words that begin alike have codes that lie side by side."""
    return [int((word + _ENDED)[:CODED], _BASE) for word in _words(text)]


def codes_beginning(digits: str) -> tuple[int, int]:
    """Answer the least and the greatest code of a word that begins with `digits`, or with the first `CODED` of them."""
    typed = digits[:CODED].encode().translate(_TYPED)
    least = int((typed + _ENDED)[:CODED], _BASE)
    return least, least + _BASE ** (CODED - len(typed)) - 1


def numbers_written_apart(text: str) -> str | None:
    """List the digits of the numbers in an index text that are written with blanks or signs; None without any."""
    if _WRITTEN_APART.search(text) is None:
        return None
    numbers = [part for part in text.split(SEPARATOR) if _LETTER.search(part) is None]
    return SEPARATOR.join(_NO_DIGIT.sub("", number) for number in numbers) or None


def typed_pattern(digits: str) -> str:
    """Make a regular expression that folded texts match which the digits may mean, and maybe some others."""
    return "[^a-z0-9]{0,3}".join(f"[{choice}]" for choice in _choices(digits[:_PATTERN_KEYS]))


def typed_pieces(digits: str) -> list[str]:
    """List pieces of three characters of which folded texts have one that at least three digits may mean."""
    first, second, third = _choices(digits[:3])
    letters = ((first, second, third), (first, _JOINED_BY, second), (first, second, _JOINED_BY))
    first, second = digits[0], digits[1]
    numbers = ((first, _APART, second), (first, second, _APART), (first, _APART, _APART))
    return [*dict.fromkeys("".join(piece) for parts in (*letters, *numbers) for piece in product(*parts))]


def _choices(digits: str) -> list[str]:
    return [f"{digit}{LETTERS[int(digit)]}" for digit in digits]


class TypedTerm:
    """Digits that were typed on a keypad, ready to be compared with many texts."""

    def __init__(self, digits: str) -> None:
        """Look for words that begin with them, and for numbers that have them."""
        self._digits = digits
        self._keys = digits.encode().translate(_TYPED)

    def matches(self, text: str) -> bool:
        """Tell whether a word of the text begins with these keys, or a number in it has the digits."""
        if self._digits in text or any(word.startswith(self._keys) for word in _words(text)):
            return True
        numbers = numbers_written_apart(text)
        return numbers is not None and self._digits in numbers


def _words(text: str) -> Iterable[bytes]:
    """List the keys of every word of a text, and of what stands behind a hyphen or an apostrophe in it.

    `Jean-Luc` begins with 5326582 and with 582. Characters that are on no key part words.
    """
    latin = text.lower() if text.isascii() else fold(text.replace("\u2019", "'"))
    keyed = latin.encode("ascii", "replace").translate(_WORDS)
    return _parts(keyed) if _JOINER in keyed else keyed.split()


def _parts(keyed: bytes) -> Iterator[bytes]:
    for word in keyed.split():
        parts = [part for part in word.split(_JOINER) if part]
        for start in range(len(parts)):
            yield b"".join(parts[start:][:CODED])
