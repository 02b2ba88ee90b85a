"""What a filter asks the directory: the texts and numbers that all matching entries have.

The questions find at least the entries that match; `matching.predicate` then selects them. So of the conditions that
must all hold, one is asked, and one question suffices for a text that may be in several attributes, as in the filters
of phones: `(|(cn=*mar*)(telephoneNumber=*mar*))` asks for `mar`, once.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xivo_dird.ldap_server.attributes import FIXED, OBJECT_CLASSES, attribute_key, is_number
from xivo_dird.ldap_server.filters import (
    And,
    Approximate,
    Equal,
    Extensible,
    Filter,
    Or,
    Present,
    Substrings,
)
from xivo_dird.ldap_server.matching import digits_of
from xivo_dird.ldap_server.tree import parse_uid
from xivo_dird.text.folding import fold

MAX_TERMS = 8
"""How many different texts are asked for; all entries are read for a filter with more alternatives."""


class Term(NamedTuple):
    """A text that entries have.

    Attributes:
        text: The text.
        is_number: Whether only numbers have it.
        is_whole: Whether a number is exactly this one.
    """

    text: str
    is_number: bool = False
    is_whole: bool = False


class EntryId(NamedTuple):
    """The source and the id of one entry."""

    source: str
    entry_id: str


Question = Term | EntryId

EVERYTHING: None = None
"""All entries may match."""


def questions(condition: Filter) -> tuple[Question, ...] | None:
    """Return the questions whose answers have all entries that match.

    Returns:
        No questions if no entry can match; `EVERYTHING` if all may.
    """
    found = _questions(condition)
    return EVERYTHING if found is None or len(found) > MAX_TERMS else tuple(found)


def _questions(condition: Filter) -> list[Question] | None:
    match condition:
        case And(parts):
            return _fewest([_questions(part) for part in parts])
        case Or(parts):
            return _union([_questions(part) for part in parts])
        case Equal(name, value):
            return _of_equality(name, value)
        case Approximate(name, value) | Extensible(_, name, value):
            return _of_texts(name, [value], is_whole=True)
        case Substrings(name):
            return _of_texts(name, condition.parts, is_whole=False)
    return [] if isinstance(condition, Present) and attribute_key(condition.attribute) is None else EVERYTHING


def _of_equality(name: str, value: str) -> list[Question] | None:
    key = attribute_key(name)
    if key == "objectclass":
        return EVERYTHING if value.lower() in map(str.lower, OBJECT_CLASSES) else []
    if key == "uid":
        found = parse_uid(value)
        return [] if found is None else [EntryId(*found)]
    return _of_texts(name, [value], is_whole=True)


def _of_texts(name: str, texts: Sequence[str], *, is_whole: bool) -> list[Question] | None:
    """Return the question for the longest of the texts that an attribute must have."""
    key = attribute_key(name)
    if key is None:
        return []
    if key in FIXED:
        return EVERYTHING
    if not texts:
        return EVERYTHING  # `(cn=**)`, which phones send before anything is typed
    text = max(texts, key=len)
    if is_number(key):
        return [Term(text, is_number=True, is_whole=is_whole)] if digits_of(text) else []
    return [Term(text)] if text.strip() else EVERYTHING


def _fewest(parts: Iterable[list[Question] | None]) -> list[Question] | None:
    """Return the best questions of conditions that must all hold: few, and long ones."""
    asked = [part for part in parts if part is not None]
    return min(asked, key=lambda part: (len(part), -_shortest(part)), default=EVERYTHING)


def _shortest(asked: Sequence[Question]) -> int:
    return min((len(question.text) for question in asked if isinstance(question, Term)), default=0)


def _union(parts: Iterable[list[Question] | None]) -> list[Question] | None:
    """Return the questions of alternatives; a text that contains another one needs no question of its own."""
    found: list[Question] = []
    for part in parts:
        if part is None:
            return EVERYTHING
        for question in part:
            _add(found, question)
    return found


def _add(found: list[Question], question: Question) -> None:
    """Add a question, or combine it with one for the same text."""
    for position, other in enumerate(found):
        if other == question:
            return
        if isinstance(question, Term) and isinstance(other, Term):
            combined = _combined(other, question)
            if combined is not None:
                found[position] = combined
                return
    found.append(question)


def _combined(first: Term, second: Term) -> Term | None:
    """Return one question for two, None if they have different texts."""
    texts = sorted((first, second), key=lambda term: len(term.text))
    shorter, longer = fold(texts[0].text), fold(texts[1].text)
    if shorter not in longer or (shorter != longer and first.is_number != second.is_number):
        return None
    return Term(
        texts[0].text,
        first.is_number and second.is_number,
        first.is_whole and second.is_whole and shorter == longer,
    )
