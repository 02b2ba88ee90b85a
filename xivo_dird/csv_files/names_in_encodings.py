"""Rates how well the words of a text look like names when it is read in an encoding.

Statistics of a language's letters (charset-normalizer) find the script of a long text. A list of names is short, and
its letters alone do not tell `Guðrún` (Windows-1252) from `Uğur` (Windows-1254), or Hebrew from small Cyrillic letters.
What a name looks like does: its letters are of one alphabet, it begins with a capital letter where there are some, and
its ideographs are common ones, which the national standards list first.
"""

import re
from collections.abc import Sequence

DEFAULT_CODE_PAGE = "cp1252"
"""Windows-1252: Western Europe and America. The WHATWG Encoding Standard also reads "Latin-1" as this."""

# The languages of each of Microsoft's Latin code pages; letters as in Unicode CLDR (main exemplar characters).
_ALPHABETS = {
    DEFAULT_CODE_PAGE: (
        *(
            "äöüß",
            "éëïèêóöüáíúä",
            "åæøéü",
            "åäöéü",
            "äöåšž",
        ),  # German, Dutch, Danish and Norwegian, Swedish, Finnish
        *("àâçéèêëîïôœùûüÿ", "áéíñóúü", "àèéìíòóùú", "áàâãçéêíóôõúü", "àçéèíïòóúü·"),  # fr, es, it, pt, ca
        *("áðéíóúýþæö", "áðíóúýæø"),  # Icelandic, Faroese
    ),
    "cp1250": (
        *("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż"),  # Czech, Slovak, Polish
        *("áéíóöőúüű", "ăâîşţ", "čćđšž"),  # Hungarian, Romanian, South Slavic
    ),
    "cp1254": ("âçğ\u0131îöşüûi\u0307",),  # Turkish
    "cp1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),  # Latvian, Lithuanian, Estonian
}
LATIN_CODE_PAGES = tuple(_ALPHABETS)

_LETTERS = {
    "cp1251": re.compile("[\u0400-\u04ff]+"),
    "koi8_r": re.compile("[\u0400-\u04ff]+"),
    "cp1253": re.compile("[\u0370-\u03ff]+"),
    "cp1255": re.compile("[\u05d0-\u05ea][\u0591-\u05c7\u05d0-\u05ea]*"),
    "cp1256": re.compile(
        "[\u0621-\u064a\u067e-\u06d2][\u0640-\u0652\u0621-\u064a\u067e-\u06d2\u200c-\u200d]*"
    ),
    "cp874": re.compile("[\u0e01-\u0e2e\u0e40-\u0e44][\u0e01-\u0e5b]*"),
}
"""The words of scripts with an alphabet; a mark or a vowel sign can't begin one."""

_COMMON_CHARACTERS = {
    "big5": re.compile(rb"(?:[\xa4-\xc6].)+", re.DOTALL),  # Big5: 5401 frequently used characters
    "gb18030": re.compile(rb"(?:[\xb0-\xd7].)+", re.DOTALL),  # GB 2312: level 1
    "cp932": re.compile(rb"(?:[\x81-\x98].)+", re.DOTALL),  # JIS X 0208: kana and level 1
    "euc_jp": re.compile(rb"(?:[\xa4\xa5\xb0-\xcf].)+", re.DOTALL),  # the same
    "cp949": re.compile(rb"(?:[\xb0-\xc8].)+", re.DOTALL),  # KS X 1001: Hangul syllables
}
"""The bytes of words of common characters."""

OTHER_ENCODINGS = (*_LETTERS, *_COMMON_CHARACTERS)

_SPLIT = re.compile("[^A-Za-z\u0080-\U0010ffff]+|[\u00a0\u2013\u2014\u2018\u2019\u3000-\u3002\u30fb]+")
_QUOTES = "\u00ab\u00b4\u00bb\u201c\u201d\u201e\u2026\u2039\u203a"
_MIN_LEAD = 0.05
"""How much better than the default code page another one has to be."""

_CAPITALIZED, _COMMON, _UNCASED, _CAPITALS, _SMALL = 1.0, 0.95, 0.9, 0.75, 0.5
"""The rates of words, which decide between readings in several scripts."""


def choose_by_names(sample: bytes, encodings: Sequence[str]) -> str:
    """Return the encoding in which most words look like names, the first of several; else the default code page.

    Args:
        sample: Lines of the text.
        encodings: The possible encodings, the most probable first; each is in this module's lists.
    """
    rates = {encoding: _rate_names(sample, encoding) for encoding in encodings}
    best = max(rates, key=lambda encoding: rates[encoding], default=DEFAULT_CODE_PAGE)
    lowest = _rate_names(sample, DEFAULT_CODE_PAGE) + _MIN_LEAD
    return best if rates.get(best, 0.0) >= lowest else DEFAULT_CODE_PAGE


def _rate_names(sample: bytes, encoding: str) -> float:
    """Return how much the words beyond ASCII look like names, from 0.0 to 1.0; 0.0 for bytes that are invalid."""
    try:
        text = sample.decode(encoding, "replace" if encoding in _ALPHABETS else "strict")
    except UnicodeDecodeError:
        return 0.0
    words = [word for part in _SPLIT.split(text) if not (word := part.strip(_QUOTES)).isascii()]
    return sum(_rate_word(word, encoding) for word in words) / len(words) if words else 0.0


def _rate_word(word: str, encoding: str) -> float:
    if encoding in _ALPHABETS:
        return _rate_latin_word(word, encoding)
    if encoding in _COMMON_CHARACTERS:
        return _COMMON if _COMMON_CHARACTERS[encoding].fullmatch(word.encode(encoding)) else 0.0
    if _LETTERS[encoding].fullmatch(word) is None:
        return 0.0
    if word.lower() == word.upper():
        return _UNCASED
    if word.istitle():
        return _CAPITALIZED
    return _CAPITALS if word.isupper() else _SMALL if word.islower() else 0.0


def _rate_latin_word(word: str, code_page: str) -> float:
    """Return 1.0 for a word of the letters of one language, and for a symbol that stands alone."""
    if not any(map(str.isalpha, word)):
        return 1.0
    beyond_ascii = {letter for letter in word.lower() if not letter.isascii()}
    return float(any(beyond_ascii.issubset(alphabet) for alphabet in _ALPHABETS[code_page]))
