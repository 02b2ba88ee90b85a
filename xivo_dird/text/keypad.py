"""Names typed on the keypad of a phone: 2 is a, b or c ... 9 is w, x, y or z (ITU-T E.161, "T9").

A word of a text is represented by its *keys*: one character per letter, greater by one than the digit. The *code* of
a word is its keys read as a number, padded to a fixed length with zeros, since no key is zero.

A letter with an accent is on the key of the letter without it (ETSI ES 202 130). People who know a name from a passport
or an e-mail address type what stands there instead (`Mueller`, ICAO Doc 9303 part 3, chapter 6), so a word with such
letters has a code for each of its `spellings`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, product

from xivo_dird.numbers.terms import separated_digits
from xivo_dird.text.folding import caseless, compose, fold

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

_CACHED_WORDS = 4096
"""Number of words with accents whose keys are kept: a directory has the same names again and again."""

_MAX_CACHED_CHARACTERS = 32
"""Maximum length of such a word; longer ones are no names, and would take much memory."""

_WORD_JOINERS = "-'\u2019"
_PUNCTUATION = " ()./\xa0\u2010\u2011\u2012\u2013\u2014\u2015-"
_PATTERN_KEYS = 12

# Letter -> what people type for it: as `fold` writes it, then in another way. Letters that stand for several ASCII
# letters may be typed as the key they are on; umlauts and their relatives, which are on the key of the plain letter,
# as the letters that replace them in passports.
_LETTER_SPELLINGS = {
    "\N{LATIN SMALL LETTER SHARP S}": ("ss", "s"),
    "\N{LATIN SMALL LETTER AE}": ("ae", "a"),
    "\N{LATIN SMALL LETTER AE WITH MACRON}": ("ae", "a"),
    "\N{LATIN SMALL LETTER AE WITH ACUTE}": ("ae", "a"),
    "\N{LATIN SMALL LIGATURE OE}": ("oe", "o"),
    "\N{LATIN SMALL LETTER OU}": ("ou", "o"),
    "\N{LATIN SMALL LETTER THORN}": ("th", "t"),
    "\N{LATIN SMALL LETTER ENG}": ("ng", "n"),
    "\N{LATIN SMALL LETTER EZH}": ("zh", "z"),
    "\N{LATIN SMALL LETTER EZH WITH CARON}": ("zh", "z"),
    "\N{LATIN SMALL LIGATURE IJ}": ("ij", "i"),
    "\N{LATIN SMALL LETTER DZ}": ("dz", "d"),
    "\N{LATIN SMALL LETTER DZ WITH CARON}": ("dz", "d"),
    "\N{LATIN SMALL LETTER LJ}": ("lj", "l"),
    "\N{LATIN SMALL LETTER NJ}": ("nj", "n"),
    "\N{LATIN SMALL LETTER A WITH DIAERESIS}": ("a", "ae"),
    "\N{LATIN SMALL LETTER A WITH RING ABOVE}": ("a", "aa"),
    "\N{LATIN SMALL LETTER O WITH DIAERESIS}": ("o", "oe"),
    "\N{LATIN SMALL LETTER O WITH STROKE}": ("o", "oe"),
    "\N{LATIN SMALL LETTER U WITH DIAERESIS}": ("u", "ue"),
}
_SPELLED_LETTER = re.compile(f"[{''.join(_LETTER_SPELLINGS)}]")
_MAX_SPELLED_LETTERS = 3
"""Number of letters of a word that are spelled in both ways; the others are written as `fold` writes them."""


def is_typed(term: str) -> bool:
    """Return whether a term may be a word that was typed on a keypad: it has only digits, of any script."""
    return term.isdecimal()


def ascii_digits(term: str) -> str:
    """Return a term that `is_typed` with ASCII digits."""
    return caseless(term)


def word_codes(text: str) -> list[int]:
    """Return the code of every word of a text; the codes of words with a common prefix form a range."""
    return [int((word + _PADDING)[:CODE_LENGTH], _BASE) for word in _words(text)]


def code_range(digits: str) -> tuple[int, int]:
    """Return the lowest and the highest code of words that begin with the first `CODE_LENGTH` of `digits`."""
    keys = digits[:CODE_LENGTH].encode().translate(_DIGIT_TO_KEY)
    lowest = int((keys + _PADDING)[:CODE_LENGTH], _BASE)
    return lowest, lowest + _BASE ** (CODE_LENGTH - len(keys)) - 1


def keypad_spellings(text: str) -> list[str]:
    """Return the words of a text that are typed on a keypad in other ways than `fold` writes them, in these ways."""
    if text.isascii():
        return []
    return [spelling for word in _lower(text).split() for spelling in _other_spellings(word)]


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
        if self._digits in caseless(text) or any(word.startswith(self._keys) for word in _words(text)):
            return True
        return any(self._digits in number for number in separated_digits([text]))


def _words(text: str) -> Iterable[bytes]:
    """Return the keys of every word of a text, and of each part behind a hyphen or an apostrophe.

    `Jean-Luc` has the keys of 5326582 and of 582. Characters that are on no key separate words.
    """
    if text.isascii():
        return _keyed_words(text.lower())
    return chain.from_iterable(map(_keys_of_word, text.split()))


def _keys_of_word(word: str) -> tuple[bytes, ...]:
    """Return what `_words` does of a text without blanks."""
    return (_keys_of_name if len(word) <= _MAX_CACHED_CHARACTERS else _spelled_keys)(word)


def _spelled_keys(word: str) -> tuple[bytes, ...]:
    lower = _lower(word)
    words = fold(" ".join((lower, *_other_spellings(lower))))
    return tuple(dict.fromkeys(_keyed_words(words)))


_keys_of_name = lru_cache(_CACHED_WORDS)(_spelled_keys)


def _lower(text: str) -> str:
    return compose(text).lower().replace("\u2019", "'")


def _other_spellings(word: str) -> list[str]:
    """Return a word with the letters that have several spellings replaced, but not as `fold` writes all of them."""
    letters = _SPELLED_LETTER.findall(word)
    if not letters:
        return []
    varied = [_LETTER_SPELLINGS[letter] for letter in letters[:_MAX_SPELLED_LETTERS]]
    fixed = [_LETTER_SPELLINGS[letter][:1] for letter in letters[_MAX_SPELLED_LETTERS:]]
    template = _SPELLED_LETTER.sub("{}", word.replace("{", " ").replace("}", " "))
    return [template.format(*choice) for choice in [*product(*varied, *fixed)][1:]]


def _keyed_words(latin: str) -> Iterable[bytes]:
    keyed = latin.encode("ascii", "replace").translate(_WORDS)
    return _parts(keyed) if _JOINER in keyed else keyed.split()


def _parts(keyed: bytes) -> Iterator[bytes]:
    for word in keyed.split():
        parts = [part for part in word.split(_JOINER) if part]
        for start in range(len(parts)):
            yield b"".join(parts[start:][:CODE_LENGTH])
