"""Folding, tested with every letter of Unicode."""

import sys

from xivo_dird.contacts.content import to_index_form
from xivo_dird.database.contact_keys import normalize_case


def test_every_letter_is_found_by_its_upper_and_lower_case():
    letters = [chr(code) for code in range(1, sys.maxunicode) if chr(code).isalpha() or chr(code).isnumeric()]
    for letter in letters:
        for variant in {letter, letter.lower(), letter.upper() if len(letter.upper()) == 1 else letter}:
            if normalize_case(variant) in normalize_case(letter):
                assert to_index_form(variant) in to_index_form(letter), ascii(letter)
