"""A search term for stored contacts: `%` and `_` are wildcards, everything else is text (contract section 3.5)."""

import re
from collections.abc import Callable, Iterable, Mapping

from xivo_dird.backend import TextMatch
from xivo_dird.contacts.content import to_index_form
from xivo_dird.database.contact_keys import normalize_case
from xivo_dird.text.folding import fold

Finder = Callable[[str, int], int]
"""(text, start) -> end of the first occurrence at or after `start`, -1 if there is none."""

_NORMALIZERS: Mapping[TextMatch, Callable[[str], str]] = {
    TextMatch.CASE_INSENSITIVE: normalize_case,
    TextMatch.CASE_AND_ACCENT_INSENSITIVE: fold,
}
_WILDCARDS = re.compile("[%_]+")


class Term:
    """A term that is prepared for comparison with many texts.

    Attributes:
        text: The term as it was given.
        substring: A part of the term that every matching text contains in its index form; may be empty.
    """

    def __init__(self, text: str, rule: TextMatch) -> None:
        """Prepare a term.

        Args:
            text: The term, with wildcards.
            rule: How texts are compared.
        """
        self._normalize = _NORMALIZERS[rule]
        self._finders = [_finder(part, self._normalize) for part in text.split("%") if part]
        self.text = text
        self.substring = max(map(to_index_form, _WILDCARDS.split(text)), key=len)

    def matches(self, text: str) -> bool:
        """Return True if the term occurs in `text`; the time is linear in the length, with any wildcards."""
        normalized, position = self._normalize(text), 0
        for find in self._finders:
            position = find(normalized, position)
            if position < 0:
                return False
        return True

    def matches_any(self, fields: Mapping[str, str | None], columns: Iterable[str]) -> bool:
        """Return True if the term occurs in one of these columns; a missing or null field never matches."""
        return any(self.matches(text) for column in columns if (text := fields.get(column)) is not None)


def _finder(part: str, normalize: Callable[[str], str]) -> Finder:
    """Return a finder for the text between two `%`; `_` stands for one character of the normalized text."""
    literals = [normalize(literal) for literal in part.split("_")]
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
