"""The questions that a source can be asked, as values; equal questions in flight are sent to a source only once.

A question for a text may have a maximum: `max_entries=5` asks for the first five entries of its answer.
"""

import sys
from dataclasses import dataclass

from xivo_dird.directory.sort_order import SortOrder


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries contain this text in a searched column?"""

    term: str
    max_entries: int | None = None


@dataclass(frozen=True, slots=True)
class SearchTyped:
    """Which entries have a word that begins with these digits on a keypad, or a number that contains them?"""

    digits: str
    max_entries: int | None = None


@dataclass(frozen=True, slots=True)
class SearchSimilar:
    """Which entries have a similar text in a searched column? The most similar entries come first."""

    term: str
    max_entries: int | None = None


@dataclass(frozen=True, slots=True)
class FirstMatch:
    """Which entry has this number? The answer has at most one entry."""

    exten: str


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Which entry has each of these numbers? The numbers are distinct, and none of them is blank."""

    extens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """Which entries have these ids?"""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Browse:
    """Which entries come next in an order? The answer has the first ones, in that order.

    Attributes:
        order: The order of the contacts.
        from_key: The lowest sort key of the entries; "" for all.
        skip: How many of those with exactly this key are left out, if there are so many: an earlier answer has them.
        max_entries: Their maximum number.
    """

    order: SortOrder
    from_key: str
    skip: int
    max_entries: int


@dataclass(frozen=True, slots=True)
class CountGroups:
    """How many entries begin with which letter in an order, or have which text? The answer has no entries."""

    order: SortOrder


TextSearch = Search | SearchTyped | SearchSimilar
"""A search in the searched columns; a source without searched columns returns no entries."""

EntryQuestion = TextSearch | FirstMatch | Fetch
"""A question whose answer is entries; that of `MatchAll` is an entry per number."""

ListQuestion = Browse | CountGroups
"""A question for all entries. It may wait for a worker that sorts them; a source that can't list them refuses it."""

Question = EntryQuestion | MatchAll | ListQuestion
"""Any question. Questions are hashable; equal questions of one caller have equal answers."""


def asked_texts(question: Question) -> tuple[str, ...]:
    """Return the term, the numbers or the ids of a question."""
    match question:
        case Search(text) | SearchTyped(text) | SearchSimilar(text) | FirstMatch(text):
            return (text,)
        case Fetch(texts) | MatchAll(texts):
            return texts
        case Browse() | CountGroups():
            return ()


def probe_of(question: Question) -> Question:
    """Return a question that shows whether a source works again: of many numbers, one suffices."""
    return FirstMatch(question.extens[0]) if isinstance(question, MatchAll) else question


def max_entries_of(question: Question) -> int | None:
    """Return the maximum number of entries of a question, None if it has none."""
    return question.max_entries if isinstance(question, TextSearch | Browse) else None


def entries_to_read(question: Question) -> int | None:
    """Return the number of entries that suffice to answer a question, None for all.

    It is one more than the maximum: the additional entry shows that the answer was cut. It is never more than a
    database can count.
    """
    max_entries = max_entries_of(question)
    return None if max_entries is None else min(max_entries + 1, sys.maxsize)
