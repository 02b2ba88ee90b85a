"""Comparison of texts with terms that have typing errors."""

from itertools import product

import pytest

from xivo_dird.text.folding import SEPARATOR
from xivo_dird.text.typos import SimilarTerm


def nearest(term, *texts):
    """Return pairs of the position of a similar text and its number of errors."""
    return [(position, errors) for errors, position in SimilarTerm(term).nearest(texts)]


@pytest.mark.parametrize(
    ("term", "text", "errors"),
    [
        ("stren", "Ada Stern", 1),
        ("sterm", "Ada Stern", 1),
        ("sten", "Ada Stern", 1),
        ("stterm", "Ada Stern", 2),
        ("jerome", "Jérôme", 0),
        ("dupnot", "Dupont", 1),
        ("schwarzneger", "Arnold Schwarzenegger", 2),
        ("oneil", "O'Neil", 0),
        ("jean luk", "Jean-Luc", 1),
        ("maryann ros", "Mary Ann Ross", 1),
        ("ada strn", "Ada Stern", 1),
        ("иваг", "Иван", 1),
    ],
)
def test_a_text_with_few_errors_is_similar(term, text, errors):
    assert nearest(term, text) == [(0, errors)]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("strm", "Stern"),
        ("ad", "Ada"),
        ("2046", "2045"),
        ("ada2", "ada3"),
        ("", "x"),
        ("\ud800", "x"),
        ("%%%", "abc"),
        ("x" * 10_000, "x" * 9_999),
        ("adastern", f"ada{SEPARATOR}stern"[::-1]),
        ("schwarz", f"schw{SEPARATOR}arz"),
    ],
)
def test_texts_with_more_errors_and_numbers_are_not_similar(term, text):
    assert nearest(term, text) == []


def test_the_most_similar_texts_come_first_then_their_order():
    assert nearest("dupont", "Dupond", "Martin", "Dupont", "Dumont", "Dumond") == [
        (2, 0),
        (0, 1),
        (3, 1),
        (4, 2),
    ]


def edits(word, can_swap=True):
    """Yield a word with one error: a letter left out, added or replaced, or two letters swapped."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield f"{before}x{after}"
        if after:
            yield before + after[1:]
            yield f"{before}x{after[1:]}"
        if can_swap and after[1:]:
            yield before + after[1] + after[0] + after[2:]


def has_piece(text, pieces):
    return any(all(part in text for part in piece) for piece in pieces)


def test_texts_with_errors_have_a_piece_of_the_round_of_their_number():
    for word in ("abc", "stern", "dupont", "jeanluc"):
        rounds = SimilarTerm(word).rounds
        assert len(rounds) == (1 if len(word) <= 5 else 2)
        for text in edits(word):
            assert has_piece(text, rounds[0]), (word, text)
        if len(rounds) > 1:
            for text in edits(word, can_swap=False):
                assert all(has_piece(twice, rounds[1]) for twice in edits(text, can_swap=False)), text
    one_error, two_errors = SimilarTerm("ada stern").rounds
    for first, second in product(edits("ada"), edits("stern")):
        assert has_piece(f"ada {second}", one_error)
        assert has_piece(f"{first} stern", one_error)
        assert has_piece(f"{first} {second}", two_errors)


def test_pieces_are_as_long_as_possible():
    for term, rounds in (
        ("stern", [[("st",), ("ern",), ("s", "rn")]]),
        ("abc", [[("a",), ("bc",), ("", "c")]]),
        ("o'neil", [[("on",), ("eil",), ("o", "il")]]),
        (
            "dupont",
            [
                [("dup",), ("ont",), ("du", "nt")],
                [("d", "up"), ("d", "o"), ("d", "nt"), ("up", "o"), ("up", "nt"), ("o", "nt")],
            ],
        ),
        ("a b c", [[("a",), ("b",), ("c",)]]),
        (
            "ada stern",
            [
                [("ada",), ("stern",)],
                *[[("ada",), ("stern",), ("a",), ("da",), ("", "a"), ("st",), ("ern",), ("s", "rn")]],
            ],
        ),
    ):
        assert SimilarTerm(term).rounds == rounds, term
    for term in ("", "ab", "ab2", "2045", "a" * 65):
        assert SimilarTerm(term).rounds == []


def test_terms_and_texts_are_compared_up_to_a_length():
    assert nearest("a" * 63 + "b", "a" * 64) == [(0, 1)]
    assert nearest("a" * 64 + "b", "a" * 65) == []
    assert nearest("stern", "x" * 4090 + " stern") == [(0, 0)]
    assert nearest("stern", "x" * 4091 + " stern") == [(0, 1)]
    assert nearest("abcdx", "abcde") == nearest("abcdey", "abcdex") == [(0, 1)]
    assert nearest("abcxx", "abcde") == []
    assert nearest("abcdxx", "abcdef") == [(0, 2)]
    assert nearest("abx", "abc") == [(0, 1)]


def test_a_word_more_or_less_is_compared_too():
    for term, text, found in (
        ("maryann rose", "Mary Ann Ross", [(0, 1)]),
        ("mary ann", "Maryann", [(0, 0)]),
        ("mary anm", "x Maryann y", [(0, 1)]),
        ("maryann", "Mary Ann", [(0, 0)]),
        ("maryannross", "Mary Ann Ross", []),
        ("mary ann ross", "Maryannross", []),
        ("mary ann ross", "Maryann Ross", [(0, 0)]),
        ("mary ann ross", "Ma Ry Ann Ross", [(0, 0)]),
        ("mary ann ross", "Ma Ry An N Ross", [(0, 2)]),
        ("dupont", f"Martin{SEPARATOR}Dupond", [(0, 1)]),
        ("jean2 stern", "Jean Stern", []),
        ("stern", "stern2", [(0, 0)]),
    ):
        assert nearest(term, text) == found, (term, text)
    assert nearest("dupont", "Dupond Dupont Dumond") == [(0, 0)]
