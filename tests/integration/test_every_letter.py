"""Folding, tested with every assigned character of Unicode, and with samples of the unassigned ranges."""

import sys
import unicodedata
from itertools import groupby

import pytest

from xivo_dird.database.contact_keys import normalize_case
from xivo_dird.database.contact_texts import to_index_form
from xivo_dird.text.folding import caseless, fold, without_accents, without_case

ALIKE = {"Cn", "Co"}
"""Categories whose characters differ only by their numbers: unassigned, and for private use."""

SAMPLE = 256
"""Of each range of such characters, the first and the last one are tested, and one of so many in between."""


def sampled_characters() -> list[str]:
    """Return every assigned character, and samples of the others; surrogates are no characters."""
    tested: list[str] = []
    codes = (code for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    for category, group in groupby(map(chr, codes), unicodedata.category):
        characters = list(group)
        tested += [*characters[::SAMPLE], characters[-1]] if category in ALIKE else characters
    return tested


CHARACTERS = sampled_characters()
LETTERS = [character for character in CHARACTERS if character.isalpha() or character.isnumeric()]


def test_every_letter_is_found_by_its_upper_and_lower_case():
    for letter in LETTERS:
        for variant in {letter, letter.lower(), letter.upper() if len(letter.upper()) == 1 else letter}:
            if normalize_case(variant) in normalize_case(letter):
                assert to_index_form(variant) in to_index_form(letter), ascii(letter)


@pytest.mark.parametrize("form", [caseless, fold])
def test_every_character_equals_its_upper_lower_and_decomposed_form(form):
    for character in CHARACTERS:
        equal = [
            character.lower(),
            character.upper().lower(),
            unicodedata.normalize("NFD", character),
            unicodedata.normalize("NFC", character),
            form(character),
        ]
        assert {form(other) for other in equal} == {form(character)}, ascii(character)


def test_texts_that_were_equal_by_the_contract_are_equal_in_every_form():
    """A form that distinguishes what the forms of the contract do not would lose results."""
    for character in CHARACTERS:
        assert fold(caseless(character)) == fold(character), ascii(character)
        assert fold(without_accents(character)) == fold(character), ascii(character)
        assert caseless(without_case(character)) == caseless(character), ascii(character)


def test_every_decimal_digit_is_an_ascii_digit():
    digits = [character for character in CHARACTERS if character.isdecimal()]
    assert len(digits) > 600
    assert [fold(digit) for digit in digits] == [str(int(digit)) for digit in digits]
    assert [caseless(digit) for digit in digits] == [str(int(digit)) for digit in digits]
