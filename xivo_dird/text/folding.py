"""How texts are made comparable for a search: case, accents, and what a database cannot store."""

import re
import unicodedata

from anyascii import anyascii

SEPARATOR = "\x1f"
"""Stands between two columns of an index text; `storable` keeps it out of every text and term."""

# Accents, and the vowel points of Hebrew and Arabic. Other combining marks (Indic vowels, Japanese voicing)
# make a different letter and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u064b-\u065f\u0670]"
)
_UNSTORABLE = re.compile("[\x00\x1f\ud800-\udfff]")
_PRIVATE_PLANE = 0x100000


class _FoldedCharacters(dict[int, str]):
    """Code point -> its folded text, filled as characters are met; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        """Fold one character and remember it."""
        character = chr(code)
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", character).casefold())
        self[code] = folded = "".join(map(_latin_as_ascii, plain))
        return folded


_FOLDED = _FoldedCharacters()


def fold(text: str) -> str:
    """Lower the case and take the accents off: `Jérôme` -> `jerome`, `Strauß` -> `strauss`.

    Composed and decomposed spellings fold alike; letters of other scripts stay what they are.
    Linear in the length, so a flood of combining marks costs nothing special.
    """
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDED)


def storable(text: str) -> str:
    """Replace what SQLite cannot hold or the index reserves (NUL, `SEPARATOR`, lone surrogates).

    One to one, onto private-use characters: texts that differ stay different.
    """
    if _UNSTORABLE.search(text) is None:
        return text
    return _UNSTORABLE.sub(lambda found: chr(_PRIVATE_PLANE + ord(found[0])), text)


def _latin_as_ascii(character: str) -> str:
    """Spell a Latin letter that has no decomposition (ø, ł, æ) in ASCII; leave the others."""
    if character.isascii() or not unicodedata.name(character, "").startswith("LATIN "):
        return character
    return anyascii(character).lower() or character
