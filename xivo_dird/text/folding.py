"""Normalizes texts for searches: case, accents, and characters that a database cannot store."""

import re
import unicodedata

from anyascii import anyascii

SEPARATOR = "\x1f"
"""Separates two columns in an index text; `storable` replaces it in every text and term."""

# Accents, and the vowel points of Hebrew and Arabic. Other combining marks (Indic vowels, Japanese voicing)
# change the letter itself and are not removed.
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u064b-\u065f\u0670]"
)
_UNSTORABLE = re.compile("[\x00\x1f\ud800-\udfff]")
_PRIVATE_USE_START = 0x100000


class _FoldedCharacters(dict[int, str]):
    """Map of code points to folded texts, for `str.translate`; filled on first use of each character."""

    def __missing__(self, code: int) -> str:
        """Fold one character and store the result."""
        character = chr(code)
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", character).casefold())
        self[code] = folded = "".join(map(_latin_as_ascii, plain))
        return folded


_FOLDED = _FoldedCharacters()


def fold(text: str) -> str:
    """Return a text in lower case and without accents: `Jérôme` -> `jerome`, `Strauß` -> `strauss`.

    Latin letters without a decomposition are transliterated (`ø` -> `o`); letters of other scripts are not.
    Composed and decomposed forms fold to the same text.
    The time is linear in the length, also for texts with thousands of combining marks.
    """
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDED)


def storable(text: str) -> str:
    """Return a text without NUL and lone surrogates, which SQLite cannot store, and without `SEPARATOR`.

    Each of them is replaced by its own private-use character, so different texts remain different.
    """
    if _UNSTORABLE.search(text) is None:
        return text
    return _UNSTORABLE.sub(lambda match: chr(_PRIVATE_USE_START + ord(match[0])), text)


def _latin_as_ascii(character: str) -> str:
    """Transliterate a Latin letter without a decomposition (ø, ł, æ) to ASCII; return others unchanged."""
    if character.isascii() or not unicodedata.name(character, "").startswith("LATIN "):
        return character
    return anyascii(character).lower() or character
