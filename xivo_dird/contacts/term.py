"""A search term of stored contacts: `%` and `_` are wildcards, all else is text (contract section 3.5)."""

import re
from collections.abc import Callable, Iterable, Mapping

from xivo_dird.backend import TextMatch
from xivo_dird.contacts.content import index_text
from xivo_dird.database.contact_keys import without_case
from xivo_dird.text.folding import fold

Found = Callable[[str, int], int]
"""(text, start) -> where the first occurrence from `start` on ends, -1 if there is none."""

_COMPARABLE: Mapping[TextMatch, Callable[[str], str]] = {
    TextMatch.CASE_INSENSITIVE: without_case,
    TextMatch.CASE_AND_ACCENT_INSENSITIVE: fold,
}
_WILDCARDS = re.compile("[%_]+")


class Term:
    """A term, ready to be compared with many texts.

    `piece` is a part of it that every matching text has in its index form; empty if there is none.
    """

    def __init__(self, text: str, rule: TextMatch) -> None:
        """Compare as `rule` says."""
        self._comparable = _COMPARABLE[rule]
        self._steps = [_step(part, self._comparable) for part in text.split("%") if part]
        self.text = text
        self.piece = max(map(index_text, _WILDCARDS.split(text)), key=len)

    def matches(self, text: str) -> bool:
        """Tell whether the term is somewhere in `text`; linear in its length, whatever the wildcards."""
        comparable, position = self._comparable(text), 0
        for step in self._steps:
            position = step(comparable, position)
            if position < 0:
                return False
        return True

    def in_columns(self, fields: Mapping[str, str | None], columns: Iterable[str]) -> bool:
        """Tell whether one of these fields matches; a field that is absent or null does not."""
        return any(self.matches(text) for column in columns if (text := fields.get(column)) is not None)


def _step(part: str, comparable: Callable[[str], str]) -> Found:
    """Make what finds the text between two `%`; `_` is any one character of the comparable text."""
    literals = [comparable(literal) for literal in part.split("_")]
    if len(literals) == 1:
        return _plain(literals[0])
    return _with_gaps(re.compile(".".join(map(re.escape, literals)), re.DOTALL))


def _plain(literal: str) -> Found:
    def find(text: str, start: int) -> int:
        found = text.find(literal, start)
        return found if found < 0 else found + len(literal)

    return find


def _with_gaps(pattern: re.Pattern[str]) -> Found:
    def find(text: str, start: int) -> int:
        found = pattern.search(text, start)
        return found.end() if found else -1

    return find
