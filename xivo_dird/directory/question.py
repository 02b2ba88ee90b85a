"""The questions that a source can be asked, as values; equal questions in flight are sent to a source only once."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries contain this text in a searched column?"""

    term: str


@dataclass(frozen=True, slots=True)
class SearchTyped:
    """Which entries have a word that begins with these digits on a keypad, or a number that contains them?"""

    digits: str


@dataclass(frozen=True, slots=True)
class SearchSimilar:
    """Which entries have a similar text in a searched column? The most similar entries come first."""

    term: str


@dataclass(frozen=True, slots=True)
class FirstMatch:
    """Which entry has this number? The answer has at most one entry."""

    exten: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Which entries have these ids?"""

    ids: tuple[str, ...]


TextSearch = Search | SearchTyped | SearchSimilar
"""A search in the searched columns; a source without searched columns returns no entries."""

Question = TextSearch | FirstMatch | Fetch
"""Any question. Questions are hashable; equal questions of one caller have equal answers."""


def asked_texts(question: Question) -> tuple[str, ...]:
    """Return the term, the number or the ids of a question."""
    (asked,) = astuple(question)
    return (asked,) if isinstance(asked, str) else asked
