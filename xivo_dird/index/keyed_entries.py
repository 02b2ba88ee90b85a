"""Finds the entries of an index by their keys: those with an exact text, and those with a number in any spelling.

A statement finds the entries of any number of key ranges, so that a question for many numbers needs no more statements
than one for a single number.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from xivo_dird.backend import AlternateSpelling, Entry
from xivo_dird.index.format import (
    COMPANY_KEY_RANGE,
    ENTRY_MASK,
    decode_entries,
    number_key_range,
    number_keys,
)
from xivo_dird.index.parameters import json_parameter
from xivo_dird.numbers.readings import MatchRank
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.text.values import texts_of
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, until

MAX_CANDIDATES = 1000
"""Maximum number of entries with the same key that are compared with a number.

It limits the time of a lookup in a directory that is made to be slow.
"""

_IN_RANGES = """
    SELECT key_range.key, entry.id, entry.row FROM json_each(?) AS key_range
    CROSS JOIN json_each((SELECT json_group_array(number) FROM ({numbers} LIMIT ?))) AS candidate
    CROSS JOIN entry ON entry.id = candidate.value"""
_OF_RANGE = """
    key & ? AS number FROM key
    WHERE key BETWEEN json_extract(key_range.value, '$[0]') AND json_extract(key_range.value, '$[1]')"""
_EXACT = _IN_RANGES.format(numbers=f"SELECT {_OF_RANGE} ORDER BY key")
_EXACT_LAST = _IN_RANGES.format(numbers=f"SELECT {_OF_RANGE} ORDER BY key DESC")
_CANDIDATES = _IN_RANGES.format(numbers=f"SELECT DISTINCT {_OF_RANGE} ORDER BY number")
_HAS_KEY = "SELECT EXISTS (SELECT 1 FROM key WHERE key BETWEEN ? AND ?)"


def has_companies(connection: sqlite3.Connection) -> bool:
    """Return True if the index has a company block."""
    return bool(connection.execute(_HAS_KEY, COMPANY_KEY_RANGE).fetchone()[0])


@dataclass(frozen=True, slots=True)
class KeyedEntries:
    """The entries of an index, as they are found by keys.

    Attributes:
        connection: A connection to the index.
        columns: The columns with the texts that are looked for.
        max_candidates: Maximum number of entries with the same key that are compared with a text.
        deadline: When to give up; every method raises `DeadlinePassed` then.
    """

    connection: sqlite3.Connection
    columns: Sequence[str]
    max_candidates: int = MAX_CANDIDATES
    deadline: Deadline = NO_DEADLINE

    def with_numbers(
        self, numbers: Sequence[RequestedNumber], has_companies: bool, takes_last: bool = False
    ) -> dict[str, Entry]:
        """Return the entry of each number, by its text; numbers that no entry has are left out.

        It is the first entry with exactly the text of the number, else the best `AlternateSpelling`.

        Args:
            numbers: The numbers.
            has_companies: Whether the index has a company block.
            takes_last: Whether the last entry with exactly the text is returned instead of the first.
        """
        keys = {number.text: number_keys(number.text, 0)[0] for number in numbers}
        found = {text: entry for text, (_, entry) in self.with_texts(keys, takes_last).items()}
        found |= self._alternates([one for one in numbers if one.text not in found], _keys)
        if has_companies:
            found |= self._alternates([one for one in numbers if one.text not in found], _stem_keys)
        return found

    def with_texts(self, keys: dict[str, int], takes_last: bool = False) -> dict[str, tuple[int, Entry]]:
        """Return the number and the content of the first entry, or the last one, with exactly each text.

        Args:
            keys: The key of each text.
            takes_last: Whether the last entry is returned.
        """
        texts = list(keys)
        ranges = [(key, key | ENTRY_MASK) for key in keys.values()]
        found: dict[str, tuple[int, Entry]] = {}
        for position, number, row in self._in_ranges(_EXACT_LAST if takes_last else _EXACT, ranges):
            text = texts[position]
            if text not in found:
                entry = _decoded(row)
                if text in self._texts_of(entry):
                    found[text] = (number, entry)
        return found

    def _alternates(
        self, numbers: Iterable[RequestedNumber], keys_of: Callable[[RequestedNumber], Iterable[int]]
    ) -> dict[str, Entry]:
        """Return the entry that has each number at the lowest rank, the first of several, among those with its keys."""
        by_key: dict[int, list[RequestedNumber]] = {}
        for number in numbers:
            for key in keys_of(number):
                by_key.setdefault(key, []).append(number)
        groups, ranges = list(by_key.values()), list(map(number_key_range, by_key))
        best: dict[str, tuple[int, int, Entry]] = {}
        for position, entry_number, row in self._in_ranges(_CANDIDATES, ranges):
            lowest = (MatchRank.DIALLED, entry_number)
            open_numbers = [
                one for one in groups[position] if one.text not in best or best[one.text] > lowest
            ]
            if not open_numbers:
                continue
            entry = _decoded(row)
            texts = self._texts_of(entry)
            for number in open_numbers:
                rank = number.lowest_rank(texts)
                if rank is not None:
                    match = (rank, entry_number, entry)
                    best[number.text] = min(match, best.get(number.text, match), key=_rank_and_number)
        return {text: AlternateSpelling(entry, rank) for text, (rank, _, entry) in best.items()}

    def _in_ranges(
        self, statement: str, ranges: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int, bytes]]:
        """Yield the position of each key range with the number and the row of each of its candidates."""
        if ranges:
            parameters = (json_parameter(ranges), ENTRY_MASK, self.max_candidates)
            yield from until(self.deadline, self.connection.execute(statement, parameters))

    def _texts_of(self, entry: Entry) -> list[str]:
        return [text for column in self.columns for text in texts_of(entry.get(column))]


def _keys(number: RequestedNumber) -> Sequence[int]:
    return number.keys


def _stem_keys(number: RequestedNumber) -> Sequence[int]:
    return number.stem_keys


def _rank_and_number(match: tuple[int, int, Entry]) -> tuple[int, int]:
    return match[:2]


def _decoded(row: bytes) -> Entry:
    (entry,) = decode_entries(b"[%b]" % row)
    return entry
