"""Comparison of a search term with the texts of a contact, the same for all backends.

A contact matches a term in one of three ways, and the results are in this order (`Rank`): first what contract section
3.5 defines, a literal substring; then texts that contain the term in another spelling (`folding`); then contacts that
have each word of the term somewhere, or a number that contains the digits of the term (`number_terms`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, IntEnum
from functools import cached_property
from itertools import chain
from typing import TypeVar

from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.numbers.terms import read_number_term
from xivo_dird.text.folding import caseless, fold, without_accents, without_case
from xivo_dird.text.letter_forms import BLANKS

MAX_WORDS = 8
"""Maximum number of words of a term; a term with more words is only searched as a whole."""

MAX_TERM_CHARACTERS = 512
"""Maximum length of a term that is split into words, in characters."""

ItemT = TypeVar("ItemT")
Finder = Callable[[str, int], int]
"""(text, start) -> end of the first occurrence at or after `start`, -1 if there is none."""

_WILDCARDS = re.compile("[%_]+")


class TextMatch(Enum):
    """How a term is searched in a column, always as a substring."""

    CASE_INSENSITIVE = "case"
    CASE_AND_ACCENT_INSENSITIVE = "case and accent"

    def normalize(self, text: str) -> str:
        """Return a text in the form in which all of its spellings are equal."""
        return caseless(text) if self is TextMatch.CASE_INSENSITIVE else fold(text)

    def literal(self, text: str) -> str:
        """Return a text in the form that contract section 3.5 compares."""
        return without_case(text) if self is TextMatch.CASE_INSENSITIVE else without_accents(text)


class Rank(IntEnum):
    """How well a contact matches a term; the best first."""

    LITERAL = 0
    SPELLING = 1
    PARTS = 2


class Pattern:
    """A text to be found in others, in which `%` and `_` may be wildcards."""

    def __init__(self, text: str, normalize: Callable[[str], str], has_wildcards: bool) -> None:
        """Prepare the search for a text.

        Args:
            text: The text.
            normalize: Returns the form in which texts are compared.
            has_wildcards: Whether `%` stands for any characters and `_` for one, of the normalized text.
        """
        self.text = text
        parts = [part for part in text.split("%") if part] if has_wildcards else [text]
        self.literals = _WILDCARDS.split(text) if has_wildcards else [text]
        self._finders = [_finder(part, normalize, has_wildcards) for part in parts]

    def is_in(self, normalized: str) -> bool:
        """Return whether a normalized text contains this; the time is linear in its length, with any wildcards."""
        position = 0
        for find in self._finders:
            position = find(normalized, position)
            if position < 0:
                return False
        return True


class SearchTerm:
    """A term that is prepared for comparison with many contacts.

    Attributes:
        text: The term as it was given.
        normalized: The term in the form of `TextMatch.normalize`.
        words: The words of the term, normalized, if a contact also matches by having each of them; otherwise empty.
        number: The number that the term is a part of; None if it is none.
        is_everywhere: Whether every text contains the term, as it does the empty term.
    """

    def __init__(
        self, text: str, rule: TextMatch, plan: DialPlan = UNKNOWN_PLAN, has_wildcards: bool = False
    ) -> None:
        """Prepare a term.

        Args:
            text: The term.
            rule: How texts are compared.
            plan: How numbers are dialled at the tenant.
            has_wildcards: Whether `%` and `_` are wildcards.
        """
        self.text = text
        self._rule = rule
        self._has_wildcards = has_wildcards
        self.normalized = rule.normalize(text)
        self.number = read_number_term(text, plan)
        self.is_everywhere = not rule.literal(text)
        words = [] if self.number else _words(text, self.normalized, rule)
        self.words = tuple(map(rule.normalize, words))
        self.word_patterns = [Pattern(word, rule.normalize, has_wildcards) for word in words]

    @cached_property
    def whole_pattern(self) -> Pattern:
        """Return the pattern of the whole normalized term."""
        return Pattern(self.text, self._rule.normalize, self._has_wildcards)

    @cached_property
    def _literal_pattern(self) -> Pattern:
        return Pattern(self.text, self._rule.literal, self._has_wildcards)

    @cached_property
    def _is_visible(self) -> bool:
        """Return whether each part has characters; an invisible part is not in every text, only where it is literal."""
        return all(self._rule.normalize(part) for part in self.whole_pattern.literals if part)

    def rank(self, texts: Sequence[str]) -> Rank | None:
        """Return how the searched texts of a contact match the term; None if they do not."""
        if any(self._literal_pattern.is_in(self._rule.literal(text)) for text in texts):
            return Rank.LITERAL
        normalized = [self._rule.normalize(text) for text in texts]
        if self._is_visible and any(map(self.whole_pattern.is_in, normalized)):
            return Rank.SPELLING
        if self.word_patterns and all(any(map(word.is_in, normalized)) for word in self.word_patterns):
            return Rank.PARTS
        if self.number is not None and any(map(self.number.matches, texts)):
            return Rank.PARTS
        return None

    def is_contained(self, texts: Sequence[str]) -> bool:
        """Return whether one of the texts contains the whole term, in any spelling."""
        return self.rank(texts) in (Rank.LITERAL, Rank.SPELLING)

    def select(
        self,
        items: Iterable[ItemT],
        texts_of: Callable[[ItemT], Sequence[str]],
        max_items: int | None = None,
    ) -> list[ItemT]:
        """Return the items that match, the best first; equally good ones keep their order.

        Args:
            items: The candidates. No more are read when `max_items` of the best rank have been found.
            texts_of: Returns the searched texts of an item.
            max_items: The maximum number of items, 1 or more.
        """
        by_rank: dict[Rank, list[ItemT]] = {rank: [] for rank in Rank}
        for item in items:
            rank = self.rank(texts_of(item))
            if rank is None or len(by_rank[rank]) == max_items:
                continue
            by_rank[rank].append(item)
            if rank is Rank.LITERAL and len(by_rank[rank]) == max_items:
                break
        return list(chain.from_iterable(by_rank.values()))[:max_items]


def _words(term: str, normalized: str, rule: TextMatch) -> list[str]:
    """Return the different words of a term; none if they add nothing to the whole term, or are too many."""
    if " " not in normalized or len(term) > MAX_TERM_CHARACTERS:
        return []
    by_form = {form: word for word in BLANKS.split(term) if (form := rule.normalize(word)).strip()}
    return [] if len(by_form) > MAX_WORDS else list(by_form.values())


def _finder(part: str, normalize: Callable[[str], str], has_wildcards: bool) -> Finder:
    """Return a finder for a text without `%`; `_` may stand for one character of the normalized text."""
    literals = [normalize(literal) for literal in (part.split("_") if has_wildcards else [part])]
    if len(literals) == 1:
        return _literal_finder(literals[0])
    return _pattern_finder(re.compile(".".join(map(re.escape, literals)), re.DOTALL))


def _literal_finder(literal: str) -> Finder:
    def find(text: str, start: int) -> int:
        found = text.find(literal, start)
        return found if found < 0 else found + len(literal)

    return find


def _pattern_finder(pattern: re.Pattern[str]) -> Finder:
    def find(text: str, start: int) -> int:
        found = pattern.search(text, start)
        return found.end() if found else -1

    return find
