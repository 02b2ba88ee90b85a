"""Folding, tried with every letter that there is."""

import sys

from xivo_dird.contacts.content import index_text
from xivo_dird.database.contact_keys import without_case


def test_every_letter_is_found_by_its_own_case_whatever_the_rule():
    letters = [chr(code) for code in range(1, sys.maxunicode) if chr(code).isalpha() or chr(code).isnumeric()]
    for letter in letters:
        for variant in {letter, letter.lower(), letter.upper() if len(letter.upper()) == 1 else letter}:
            if without_case(variant) in without_case(letter):
                assert index_text(variant) in index_text(letter), ascii(letter)
