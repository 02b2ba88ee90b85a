"""Characters that searches ignore or replace: white space, default-ignorable characters, forms of one letter."""

import re
from collections.abc import Iterator

BLANKS = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""Runs of characters with the property White_Space (Unicode PropList.txt): also no-break and thin blanks, tabs."""

IGNORABLE = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u0640\u07fa]+"
)
"""Runs of characters without a meaning of their own.

These are the characters with the property Default_Ignorable_Code_Point (Unicode DerivedCoreProperties.txt): joiners,
marks for the writing direction, soft hyphens, byte order marks, variation selectors, fillers. The last two only
stretch the word they are in: the tatweel of Arabic and the lajanyalan of N'Ko (Unicode Standard, 9.2, 19.4).
"""

# Arabic script: a letter and the letters that are typed for it on keyboards of other languages, or without its hamza.
# The letters below an alef, yeh, heh or kaf differ from it by less than a letter in the collations of CLDR: "search" of
# root (for Arabic) and "standard" of fa (for Persian). Their use in each language: Unicode Standard, 9.2.
_ARABIC = {
    "\u0627": "\u0622\u0623\u0625\u0671\u0672\u0673",  # alef with madda, hamza, wasla, wavy hamza
    "\u064a": "\u0649\u06cc\u06cd",  # yeh: alef maksura; Farsi (also Urdu and Kurdish) yeh; yeh with tail
    "\u0643": "\u06a9\u06aa",  # kaf: keheh (Persian, Urdu, Kurdish); swash kaf
    # heh: teh marbuta, heh doachashmee (Urdu, Uyghur), heh goal and its teh marbuta (Urdu), ae (Kurdish, Uyghur),
    # and the forms with a hamza or yeh above
    "\u0647": "\u0629\u06be\u06c1\u06c2\u06c3\u06d5\u06c0",
}
_DOTLESS_I = {"i": "\u0131"}
"""`I` is the capital letter of both in different languages (Unicode SpecialCasing.txt)."""

_GEORGIAN_LETTERS = 0x26
"""Number of letters that the older alphabets of Georgian and the modern one have in common."""


def _pairs() -> Iterator[tuple[str, str]]:
    for form, others in (*_ARABIC.items(), *_DOTLESS_I.items()):
        yield from ((other, form) for other in others)
    for offset in range(_GEORGIAN_LETTERS):
        # Asomtavruli and Nuskhuri are the capital and small letters of church texts. Headings use the former together
        # with the modern Mkhedruli, from which both differ by less than a letter (DUCET; Unicode Standard, 7.7).
        yield from ((chr(start + offset), chr(0x10D0 + offset)) for start in (0x10A0, 0x2D00))


LETTER_FORMS = dict(_pairs())
"""Maps forms of a letter to the one that stands for all of them."""
