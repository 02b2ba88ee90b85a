"""Which texts are nearly what was meant."""

import pytest

from xivo_dird.text.folding import SEPARATOR
from xivo_dird.text.typos import SimilarTerm


def errors(term, *texts):
    return [(position, count) for count, position in SimilarTerm(term).nearest(texts)]


@pytest.mark.parametrize(
    ("term", "text", "count"),
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
def test_few_errors_are_forgiven(term, text, count):
    assert errors(term, text) == [(0, count)]


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
def test_more_are_not_and_numbers_have_none(term, text):
    assert errors(term, text) == []


def test_the_nearest_come_first_then_their_order():
    assert errors("dupont", "Dupond", "Martin", "Dupont", "Dumont", "Dumond") == [
        (2, 0),
        (0, 1),
        (3, 1),
        (4, 2),
    ]
