"""Letters that have several forms."""

import unicodedata

from xivo_dird.text.folding import caseless
from xivo_dird.text.letter_forms import LETTER_FORMS


def test_a_form_stands_for_letters_that_exist():
    for letter, form in LETTER_FORMS.items():
        assert unicodedata.name(letter)
        assert unicodedata.name(form)
        assert form not in LETTER_FORMS
        assert caseless(f"x{letter}x") == caseless(f"x{form}x")


def test_the_alphabets_of_georgian_are_one():
    for code in range(0x10D0, 0x10F6):
        name = unicodedata.name(chr(code)).removeprefix("GEORGIAN LETTER ")
        for case in ("CAPITAL", "SMALL"):
            assert LETTER_FORMS[unicodedata.lookup(f"GEORGIAN {case} LETTER {name}")] == chr(code)


def test_letters_of_arabic_keyboards_are_one():
    for words in (
        ("\u0639\u0644\u064a", "\u0639\u0644\u06cc", "\u0639\u0644\u0649"),
        ("\u0643\u0631\u064a\u0645\u064a", "\u06a9\u0631\u06cc\u0645\u06cc"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0640\u0645\u062f"),
        ("\u0627\u062d\u0645\u062f", "\u0623\u062d\u0645\u062f", "\u0622\u062d\u0645\u062f"),
        ("\u0641\u0627\u0637\u0645\u0647", "\u0641\u0627\u0637\u0645\u0629"),
    ):
        assert len(set(map(caseless, words))) == 1, words
