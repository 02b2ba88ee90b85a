"""Names typed on the keypad of a phone."""

import re
import tracemalloc

import pytest

from xivo_dird.database.contact_texts import search_text
from xivo_dird.text.folding import fold
from xivo_dird.text.keypad import (
    CODE_LIMIT,
    TypedTerm,
    code_range,
    is_typed,
    keypad_spellings,
    typed_pattern,
    typed_pieces,
    word_codes,
)

MATCHING = [
    ("232", "Ada Stern"),
    ("78376", "Ada Stern"),
    ("783", "Ada Stern"),
    ("537663", "Jérôme"),
    ("787", "STRAUß"),
    ("7872877", "Strauß"),
    ("7872877", "Strau\u00df"),
    ("787287", "Strau\u00df"),
    ("47673", "Gro\u00dfe"),
    ("685537", "M\u00fcller"),
    ("6835537", "M\u00fcller"),
    ("685537", "Mu\u0308ller"),
    ("6835537", "Mu\u0308ller"),
    ("2447", "\u00c6gir"),
    ("23447", "\u00c6gir"),
    ("688729", "\u0152uvray"),
    ("867347", "\u00de\u00f3rd\u00eds"),
    ("2272", "\u00c5sa"),
    ("63334273", "\u00d8deg\u00e5rd"),
    ("633342273", "\u00d8deg\u00e5rd"),
    ("47735", "\u0133ssel"),
    ("2237227", "B\u00e4r-B\u00e4r"),
    ("2272237", "B\u00e4r-B\u00e4r"),
    ("5326582", "Jean-Luc"),
    ("582", "Jean-Luc"),
    ("66345", "O'Neil"),
    ("66345", "O\u2019Neil"),
    ("6345", "O'Neil"),
    ("72492793634437", "Schwarzenegger"),
    ("9999", "wxyz"),
    ("22233344455566677778889999", "abcdefghijklmnopqrstuvwxyz"),
    ("4455", "+33 1 44 55 66"),
    ("0144", "(01) 44"),
    ("0144", "0144"),
    ("2", "田中 a"),
]
DIFFERENT = [
    ("32", "Ada Stern"),
    ("2327", "Ada Stern"),
    ("23278376", "Ada Stern"),
    ("582", "Jeanluc"),
    ("6836", "Muller"),
    ("683", "Muller"),
    ("727", "Strase"),
    ("1", "Ada"),
    ("0", "Ada"),
    ("2320", "Ada"),
    ("11", "1 Ada 1"),
    ("2", "田中"),
    ("4455", "room 44 to 55"),
]


def test_digits_match_the_beginning_of_a_word_or_a_part_of_a_number():
    for digits, text in MATCHING:
        searched = search_text([text])
        assert TypedTerm(digits).matches(text), (digits, text)
        assert re.search(typed_pattern(digits), searched), (digits, text)
        assert len(digits) < 3 or any(piece in searched for piece in typed_pieces(digits)), (digits, text)


def test_digits_match_nothing_else():
    for digits, text in DIFFERENT:
        assert not TypedTerm(digits).matches(text), (digits, text)


def test_codes_of_words_with_a_common_prefix_form_a_range():
    lowest, highest = code_range("232")
    assert all(lowest <= code <= highest for word in ("ada", "Adam", "bear") for code in word_codes(word))
    assert not any(lowest <= code <= highest for word in ("ad", "bed", "ab") for code in word_codes(word))
    assert 0 < highest < CODE_LIMIT


def test_only_digits_are_keypad_input():
    assert is_typed("0123456789")
    assert is_typed("\u0661\u06f2")
    for term in ("", "a", "1 2", "+33", "12\n", "²"):
        assert not is_typed(term)


def test_long_words_are_not_kept_in_memory():
    tracemalloc.start()
    try:
        for number in range(10):
            assert len(word_codes("\u00e9" + "x" * (20_000 + number))) == 1
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()


def test_the_pattern_of_typed_digits_has_the_letters_of_their_keys():
    between = "[^a-z0-9]{0,3}"
    assert typed_pattern("0123456789") == between.join(
        ["[0]", "[1]", "[2abc]", "[3def]", "[4ghi]", "[5jkl]", "[6mno]", "[7pqrs]", "[8tuv]", "[9wxyz]"]
    )
    assert typed_pattern("2" * 20) == between.join(["[2abc]"] * 12)


def test_the_pieces_of_typed_digits_are_texts_of_three_characters():
    pieces = typed_pieces("012")
    assert pieces[:5] == ["012", "01a", "01b", "01c", "0-1"]
    assert {"0'1", "01-", "0(1", "01)", "0 (", "0. "} <= set(pieces)
    assert all(len(piece) == 3 for piece in pieces)
    assert typed_pieces("0129") == pieces
    assert len(typed_pieces("222")) == len(set(typed_pieces("222"))) == 353


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Ada", []),
        ("Zo\u00eb", []),
        ("M\u00fcller", ["mueller"]),
        ("Strau\u00df", ["straus"]),
        ("\u00e4{}\u00f6", ["a  oe", "ae  o", "ae  oe"]),
        (
            "\u00e4\u00f6\u00fc\u00e4\u00f6",
            ["aoueao", "aoeuao", "aoeueao", "aeouao", "aeoueao", "aeoeuao", "aeoeueao"],
        ),
    ],
)
def test_words_are_spelled_in_other_ways(text, others):
    assert keypad_spellings(text) == others


def test_each_letter_of_two_spellings_has_another_one():
    others = {
        "\u00df": "s",
        "\u00e6": "a",
        "\u01e3": "a",
        "\u01fd": "a",
        "\u0153": "o",
        "\u0223": "o",
        "\u00fe": "t",
        "\u014b": "n",
        "\u0292": "z",
        "\u01ef": "z",
        "\u0133": "i",
        "\u01f3": "d",
        "\u01c6": "d",
        "\u01c9": "l",
        "\u01cc": "n",
        "\u00e4": "ae",
        "\u00e5": "aa",
        "\u00f6": "oe",
        "\u00f8": "oe",
        "\u00fc": "ue",
    }
    assert {letter: keypad_spellings(f"x{letter}x") for letter in others} == {
        letter: [f"x{other}x"] for letter, other in others.items()
    }
    for letter, other in others.items():
        expected = [fold(f"x{letter}") + "ue", f"x{other}u", f"x{other}ue"]
        assert keypad_spellings(f"x{letter}\u00fc") == expected, letter
