"""What a source can be asked, as values: one question goes to many sources, equal ones are asked once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Search:
    """Who has this text in a searched column?"""

    term: str


@dataclass(frozen=True, slots=True)
class SearchTyped:
    """Who has a word that begins with these digits on a keypad, or a number that has them?"""

    digits: str


@dataclass(frozen=True, slots=True)
class SearchSimilar:
    """Who has nearly this text in a searched column? The most similar come first."""

    term: str


@dataclass(frozen=True, slots=True)
class FirstMatch:
    """Who has this number? The answer is one entry at most."""

    exten: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Who are these, by the ids of their entries?"""

    ids: tuple[str, ...]


TextSearch = Search | SearchTyped | SearchSimilar
"""By text, in the searched columns; a source without any has no answer."""

Question = TextSearch | FirstMatch | Fetch
"""Hashable; equal questions of one caller have equal answers."""
