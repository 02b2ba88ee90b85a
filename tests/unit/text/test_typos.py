"""Comparison of texts with terms that have typing errors."""

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
