"""The characters of written phone numbers: digits, signs and invisible characters of every script as ASCII."""

import unicodedata

from xivo_dird.character_map import CharacterMap

_HYPHENS = "~\u02d7\u2043\u2053\u2212\u223c\u30fc\uff5e\uff70"
_DOTS = "\xb7\u2022\u2027\u2219\u22c5\u3002\u30fb"
_SLASHES = "\\\u2044\u2215"
_LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85"
_SIGNS = {
    **dict.fromkeys(_HYPHENS, "-"),
    **dict.fromkeys(_DOTS, "."),
    **dict.fromkeys(_SLASHES, "/"),
    **dict.fromkeys(_LINE_BREAKS, "\n"),
    "\t": " ",
    "\u034f": "",  # combining grapheme joiner
    "\u20e3": "",  # combining enclosing keycap: the emoji of a digit
}
_CATEGORIES = {"Cf": "", "Pd": "-", "Zs": " ", "Zl": "\n", "Zp": "\n"}
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


def _plain_character(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category in _CATEGORIES:
        return _CATEGORIES[category]
    if ord(character) in _VARIATION_SELECTORS:
        return ""
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 and compatible.isascii() else character


_PLAIN = CharacterMap(_plain_character)


def plain_text(text: str) -> str:
    """Return a text with ASCII digits, signs and blanks, and without invisible characters.

    - Decimal digits of every script (Unicode category Nd) become ASCII digits.
    - Format characters (Cf: zero-width characters, marks and isolates of bidirectional text, soft hyphens, byte order
      marks) and variation selectors are removed: they are never displayed.
    - Signs that phonenumbers accepts between digits, and their look-alikes, become `+`, `-`, `.`, `/`, `(`, `)`, `[`
      or `]`: dashes (Pd), the minus sign, tildes, the katakana length mark, middle dots, full-width forms (NFKC).
    - Blanks (Zs) and tabs become a blank, line and paragraph separators a line feed.
    """
    return text.translate(_PLAIN)
