"""Normalizes texts for searches: the one place that decides which spellings of a text are equal.

Two forms are built on one table of characters. `caseless` keeps accents, `fold` does not. Both follow toNFKC_Casefold
(Unicode Standard, chapter 3.13, R5): every character is decomposed for compatibility (full width, ligatures, Arabic
presentation forms), its case is folded, default-ignorable characters are removed, and the result is composed (NFC).
In addition, white space becomes one blank, decimal digits of all scripts become ASCII digits, and letters that people
and keyboards interchange become one letter (`letter_forms`). Nothing depends on a language: the dotted and the dotless
i are one letter everywhere, since a directory does not know whose name it holds.
"""

import re
import unicodedata

from anyascii import anyascii

from xivo_dird.character_map import CharacterMap
from xivo_dird.text.letter_forms import BLANKS, IGNORABLE, LETTER_FORMS

SEPARATOR = "\x1f"
"""Separates two columns in an index text; `storable` replaces it in every text and term."""

# Accents, and the vowel points of Hebrew and Arabic. Other combining marks (Indic vowels, Japanese voicing)
# change the letter itself and are not removed.
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u064b-\u065f\u0670]"
)
_UNSTORABLE = re.compile("[\x00\x1f\ud800-\udfff]")
_PRIVATE_USE_START = 0x100000
_BLANK_RUN = re.compile("[ \t-\r]+")
_LOWER_CASE_SUFFICES = re.compile(
    # Printable ASCII and letters of Latin, Cyrillic, Kana, Han and Hangul that are composed and have one simple form.
    "[ -~\xc0-\xd6\xd8-\xde\xe0-\xf6\xf8-\u012f\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0400-\u0481"
    "\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*"
)
_MAX_MARKS = 30
_LONG_RUN = re.compile(rf"[^\w\s\x00-\x7f]{{{_MAX_MARKS + 1},}}")
_DOTTED_I = "i\u0307"


def caseless(text: str) -> str:
    """Return a text without differences of case, composition, blanks, digits and letter forms; accents remain.

    `STRASSE` and `Straße` are equal, as are `İpek` and `ipek`, `e` with a combining accent and `é`, `٣` and `3`.
    """
    if text.isascii():
        return _single_blanks(text.lower())
    if _LOWER_CASE_SUFFICES.fullmatch(text) and "  " not in text:
        return text.lower()
    mapped = compose(text).translate(_CASELESS)
    if _DOTTED_I in mapped:  # how other programs write İ in lower case (Unicode SpecialCasing.txt)
        mapped = mapped.replace(_DOTTED_I, "i")
    return _single_blanks(compose(mapped))


def fold(text: str) -> str:
    """Return a `caseless` text without accents as well: `Jérôme` -> `jerome`, `Strauß` -> `strauss`.

    Latin letters without a decomposition are transliterated (`ø` -> `o`); letters of other scripts are not. Letters
    remain decomposed, so that a text contains each beginning of a syllable (`하` and `한` in Hangul).
    The time is linear in the length, also for texts with thousands of combining marks.
    """
    if text.isascii():
        return _single_blanks(text.lower())
    return _single_blanks(compose(text).translate(_FOLDED))


def compose(text: str) -> str:
    """Return a text in NFC, without the combining marks of a letter beyond the thirtieth.

    The Stream-Safe Text Format of UAX #15 has the same limit: no language needs more, and the time to sort
    the marks of a letter is quadratic.
    """
    if _LONG_RUN.search(text) is not None:
        text = _LONG_RUN.sub(_without_surplus_marks, text)
    return unicodedata.normalize("NFC", text)


def _without_surplus_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    count = 0
    for character in run[0]:
        count = count + 1 if unicodedata.combining(character) else 0
        if count <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def without_case(text: str) -> str:
    """Return a text in lower case and composed (NFC): the comparison of contract section 3.5 that keeps accents."""
    return text.lower() if text.isascii() else compose(text).lower()


def without_accents(text: str) -> str:
    """Return a text in lower case and without accents: the other comparison of contract section 3.5."""
    return text.lower() if text.isascii() else text.translate(_WITHOUT_ACCENTS)


def storable(text: str) -> str:
    """Return a text without NUL and lone surrogates, which SQLite cannot store, and without `SEPARATOR`.

    Each of them is replaced by its own private-use character, so different texts remain different.
    """
    if is_storable(text):
        return text
    return _UNSTORABLE.sub(lambda match: chr(_PRIVATE_USE_START + ord(match[0])), text)


def is_storable(text: str) -> bool:
    """Return whether `storable` leaves a text unchanged."""
    return text.isprintable() or _UNSTORABLE.search(text) is None


def _single_blanks(text: str) -> str:
    """Replace each run of ASCII white space in a text by one blank."""
    if "  " in text or not (text.isprintable() or text.replace(SEPARATOR, "").isprintable()):
        return _BLANK_RUN.sub(" ", text)
    return text


def _caseless_character(character: str) -> str:
    if IGNORABLE.match(character):
        return ""
    if BLANKS.match(character):
        return " "
    compatible = unicodedata.normalize("NFKC", character)
    if compatible.startswith(" "):  # a spacing accent, such as U+00B4, is no blank
        return character
    folded = unicodedata.normalize("NFKC", compatible.casefold()).casefold().replace(_DOTTED_I, "i")
    return "".join(map(_common_form, IGNORABLE.sub("", folded)))


def _common_form(character: str) -> str:
    """Return the ASCII digit of a decimal digit, and the common form of a letter that has several."""
    digit = unicodedata.decimal(character, None)
    return LETTER_FORMS.get(character, character) if digit is None else str(digit)


def _folded_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _caseless_character(character))
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", decomposed.casefold()))
    return "".join(_latin_as_ascii(_common_form(letter)) for letter in plain)


def _character_without_accents(character: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", character).casefold())
    return "".join(map(_latin_as_ascii, plain))


def _latin_as_ascii(character: str) -> str:
    """Transliterate a Latin letter without a decomposition (ø, ł, æ) to ASCII; return others unchanged."""
    if character.isascii() or not unicodedata.name(character, "").startswith("LATIN "):
        return character
    return anyascii(character).lower() or character


_CASELESS = CharacterMap(_caseless_character)
_FOLDED = CharacterMap(_folded_character)
_WITHOUT_ACCENTS = CharacterMap(_character_without_accents)
