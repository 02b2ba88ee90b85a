"""Answers questions from one index file; used by many threads concurrently."""

import sqlite3
from collections.abc import Sequence
from operator import itemgetter

from xivo_dird.backend import Entry, SearchTerm
from xivo_dird.index.candidates import term_candidates
from xivo_dird.index.facts import read_facts
from xivo_dird.index.format import (
    ENTRY_MASK,
    IndexShape,
    KeyKind,
    text_key,
    word_key_range,
)
from xivo_dird.index.keyed_entries import MAX_CANDIDATES, KeyedEntries, has_companies
from xivo_dird.index.open_file import IndexDamaged, OpenIndexFile
from xivo_dird.index.parameters import json_parameter, limit_of
from xivo_dird.index.search import decode_rows, matching_entries, number_entries
from xivo_dird.index.similar_entries import MAX_SCANNED, similar_entries
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.numbers.requested import requested_number
from xivo_dird.text.keypad import CODE_LENGTH, TypedTerm
from xivo_dird.text.typos import SimilarTerm
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, until

# Rows are returned as one JSON list, so that a result is one step of SQLite: each step releases and takes the GIL.
_BY_ID = "SELECT CAST('[' || row || ']' AS BLOB) FROM entry WHERE id = ?"
_BY_NUMBERS = """
    SELECT CAST('[' || group_concat(row, ',\n') || ']' AS BLOB) FROM (
        SELECT row FROM json_each(?) AS number CROSS JOIN entry ON entry.id = number.value ORDER BY number.key)"""
_TYPED = """
    SELECT CAST('[' || group_concat(row, ',\n') || ']' AS BLOB) FROM (
        SELECT row FROM entry WHERE id IN (
            SELECT key & ? FROM key WHERE key BETWEEN ? AND ?
            UNION ALL
            SELECT entry.id FROM json_each(?) AS candidate CROSS JOIN entry ON entry.id = candidate.value
            WHERE instr(entry.searched, ?) OR instr(entry.numbers, ?))
        ORDER BY id LIMIT ?)"""
_TYPED_SCAN = """
    SELECT CAST('[' || group_concat(row, ',\n') || ']' AS BLOB) FROM (
        SELECT row FROM entry WHERE id IN (SELECT key & ? FROM key WHERE key BETWEEN ? AND ?)
            OR instr(searched, ?) OR instr(numbers, ?)
        ORDER BY id LIMIT ?)"""
_COLUMNS = """
    SELECT field.key, count(CASE WHEN field.type IN ('array', 'object')
        THEN nullif(nullif(field.value, '[]'), '{}') ELSE nullif(field.atom, '') END)
    FROM entry, json_each(CAST(entry.row AS TEXT)) AS field GROUP BY field.key"""


class IndexReader:
    """One open index file.

    Raises:
        IndexDamaged: From every method that reads the file, when SQLite finds it damaged.
        IndexLost: From every method that reads the file, when somebody has removed it.
        SourceUnavailable: From every method that reads the file, when it can't be read at present, for example because
            the process has too many open files, or when the result is too large for SQLite; `IndexUnreadable` if the
            reason is unknown.
    """

    def __init__(self, file: OpenIndexFile, shape: IndexShape) -> None:
        """Read the metadata of an index file.

        Args:
            file: The file, which `close` closes.
            shape: What is indexed, and how.

        Raises:
            IndexDamaged: The file is not an index.
            SourceUnavailable: SQLite can't open it at present.
        """
        self.file = file
        self._shape = shape
        with file.connection() as connection:
            facts = read_facts(connection)
            self._has_companies = has_companies(connection)
        if facts is None:
            raise IndexDamaged("the index has no facts")
        self.facts = facts

    def search(
        self,
        term: str,
        plan: DialPlan = UNKNOWN_PLAN,
        deadline: Deadline = NO_DEADLINE,
        max_entries: int | None = None,
    ) -> list[Entry]:
        """Return the entries that match `term` in the searched columns, the best matches first.

        Args:
            term: The term.
            plan: How numbers are dialled at the tenant.
            deadline: When to give up.
            max_entries: The maximum number of entries, 1 or more.

        Raises:
            DeadlinePassed: The deadline has passed.
        """
        prepared = SearchTerm(term, self._shape.text_match, plan)
        with self.file.connection(deadline) as connection:
            return matching_entries(
                connection, prepared, self._shape, self.facts.entries, deadline, max_entries
            )

    def search_typed(
        self,
        digits: str,
        plan: DialPlan = UNKNOWN_PLAN,
        deadline: Deadline = NO_DEADLINE,
        max_entries: int | None = None,
    ) -> list[Entry]:
        """Return the entries with a word that begins with `digits` on a keypad, or with a number containing them.

        Args:
            digits: The digits.
            plan: How numbers are dialled at the tenant.
            deadline: When to give up.
            max_entries: The maximum number of entries, 1 or more.

        Raises:
            DeadlinePassed: The deadline has passed.
        """
        typed = TypedTerm(digits)
        with self.file.connection(deadline) as connection:
            are_whole = len(digits) <= CODE_LENGTH
            found = self._typed_entries(connection, digits, deadline, max_entries if are_whole else None)
            if not are_whole:
                found = [entry for entry in until(deadline, found) if self._is_typed(entry, typed)]
            if max_entries is not None and len(found) >= max_entries:
                return found[:max_entries]
            number = SearchTerm(digits, self._shape.text_match, plan)
            more = number_entries(connection, number, self._shape, self.facts.entries, deadline)
        found += [entry for entry in until(deadline, more) if not self._is_typed(entry, typed)]
        return found[:max_entries]

    def search_similar(
        self,
        term: str,
        max_scanned: int = MAX_SCANNED,
        deadline: Deadline = NO_DEADLINE,
        max_entries: int | None = None,
    ) -> list[Entry]:
        """Return the entries with nearly `term` in a searched column, the most similar first.

        Args:
            term: The term, which may have typing errors.
            max_scanned: Number of entries up to which all entries are compared with the term.
            deadline: When to give up.
            max_entries: The maximum number of entries.

        Raises:
            DeadlinePassed: The deadline has passed.
        """
        similar_term, entries = SimilarTerm(term), self.facts.entries
        with self.file.connection(deadline) as connection:
            numbers = similar_entries(connection, similar_term, self._shape.normalize, entries, max_scanned)
            first = numbers[:max_entries]
            return [entry for number in first for entry in decode_rows(_rows(connection, _BY_ID, number))]

    def first_match(self, exten: str, plan: DialPlan = UNKNOWN_PLAN) -> Entry | None:
        """Return the first entry with exactly the number `exten`, else the best `AlternateSpelling`, else None."""
        return self.match_all([exten], plan).get(exten)

    def match_all(
        self,
        extens: Sequence[str],
        plan: DialPlan = UNKNOWN_PLAN,
        deadline: Deadline = NO_DEADLINE,
        max_candidates: int = MAX_CANDIDATES,
        takes_last: bool = False,
    ) -> dict[str, Entry]:
        """Return the entry of each number, as `first_match` does; numbers without one, and blank ones, are left out.

        Args:
            extens: The numbers.
            plan: How numbers are dialled at the tenant.
            deadline: When to give up.
            max_candidates: Maximum number of entries with the same key that are compared with each number.
            takes_last: Whether the last of several entries with exactly a number is returned.

        Raises:
            DeadlinePassed: The deadline has passed.
        """
        numbers = [requested_number(exten, plan) for exten in dict.fromkeys(extens) if exten.strip()]
        columns = self._shape.first_matched_columns
        with self.file.connection(deadline) as connection:
            entries = KeyedEntries(connection, columns, max_candidates, deadline)
            return entries.with_numbers(numbers, self._has_companies, takes_last)

    def fetch(self, ids: Sequence[str]) -> list[Entry]:
        """Return the first entry of each id, in the directory's order; none if the source has no unique column."""
        column = self._shape.unique_column
        if column is None:
            return []
        keys = {id_: text_key(KeyKind.ID, id_) for id_ in ids}
        with self.file.connection() as connection:
            found = KeyedEntries(connection, (column,)).with_texts(keys)
        return [entry for _, entry in sorted(found.values(), key=itemgetter(0))]

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """Return the entries with these numbers, in their order."""
        with self.file.connection() as connection:
            return decode_rows(_rows(connection, _BY_NUMBERS, json_parameter(numbers)))

    def columns(self, deadline: Deadline = NO_DEADLINE) -> dict[str, int]:
        """Return the number of entries with a value in each column; 0 for a column that is empty in all entries.

        Raises:
            DeadlinePassed: The deadline has passed.
        """
        with self.file.connection(deadline) as connection:
            return dict(connection.execute(_COLUMNS))

    def close(self) -> None:
        """Close the file and the idle connections; a running question closes its own connection when it ends."""
        self.file.close()

    def _typed_entries(
        self, connection: sqlite3.Connection, digits: str, deadline: Deadline, max_entries: int | None
    ) -> list[Entry]:
        """Return the first entries with a word that begins with the first digits, or a number that contains all."""
        keys, limit = word_key_range(digits), limit_of(max_entries)
        candidates = term_candidates(connection, digits, self.facts.entries)
        if candidates is None:
            rows = _rows(connection, _TYPED_SCAN, ENTRY_MASK, *keys, digits, digits, limit)
        else:
            numbers = json_parameter(candidates.to_array().tolist())
            rows = _rows(connection, _TYPED, ENTRY_MASK, *keys, numbers, digits, digits, limit)
        return decode_rows(rows, deadline)

    def _is_typed(self, entry: Entry, term: TypedTerm) -> bool:
        """Return whether an entry matches the whole term: keys only hold the first characters of a word."""
        return any(map(term.matches, self._shape.texts_of(entry)))


def _rows(connection: sqlite3.Connection, statement: str, *parameters: str | int) -> bytes | None:
    rows: bytes | None = connection.execute(statement, parameters).fetchone()[0]
    return rows
