"""Searches in stored contacts.

The indexes of the database return candidates; the rule of each search then decides which of them match.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from more_itertools import chunked, constrained_batches
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from xivo_dird.backend import SearchTerm, TextMatch
from xivo_dird.contacts.dao import BATCH_SIZE, ContactTable
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.contact_keys import has_key, normalize_case, number_key_range, value_keys
from xivo_dird.database.contact_texts import to_index_form
from xivo_dird.database.text_index import (
    GRAM,
    MAX_SCANNED_ROWS,
    may_contain_any,
    owner_filter,
    text_contains_any,
)
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.numbers.requested_numbers import RequestedNumbers
from xivo_dird.numbers.terms import read_number_term
from xivo_dird.text.folding import SEPARATOR, storable
from xivo_dird.text.keypad import TypedTerm, typed_pattern, typed_pieces
from xivo_dird.text.matching import Pattern
from xivo_dird.text.typos import SimilarTerm

MAX_FETCHED_ROWS = 1000
"""Maximum number of rows that a search with a maximum fetches at once from a database server."""

MAX_KEY_RANGES = 250
"""Maximum number of ranges of keys in one statement: each has two parameters, and a statement at most 999 in SQLite."""

MAX_SUBSTRINGS = 50
"""Maximum number of texts in one statement that are looked for in the text index."""

_MAX_SIMILAR = 100
"""Maximum number of contacts that a search for similar texts returns."""


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """The limits of searches.

    Attributes:
        max_scanned_rows: Number of contacts of an owner up to which SQLite scans them without using the text index.
        max_number_candidates: Maximum number of contacts with the same keys that are compared with a number.
    """

    max_scanned_rows: int = MAX_SCANNED_ROWS
    max_number_candidates: int = 1000


DEFAULT_SEARCH_LIMITS = SearchLimits()


class ContactSearch:
    """Searches in the contacts of one owner, in one transaction."""

    def __init__(
        self,
        session: Session,
        table: ContactTable,
        owner_uuid: str,
        limits: SearchLimits = DEFAULT_SEARCH_LIMITS,
    ) -> None:
        """Create a search.

        Args:
            session: The transaction.
            table: The contacts of all owners of this kind.
            owner_uuid: The owner, whose contacts alone are searched.
            limits: The limits of the search.
        """
        self._session = session
        self._table = table
        self._row = table.row
        self._keys = table.keys
        self._owner_uuid = owner_uuid
        self._limits = limits

    def search(
        self,
        term: str,
        columns: Collection[str],
        rule: TextMatch,
        plan: DialPlan = UNKNOWN_PLAN,
        max_contacts: int | None = None,
    ) -> list[StoredContact]:
        """Return the contacts that match `term` in these columns, the best matches first (see `SearchTerm`).

        Args:
            term: The term, with wildcards.
            columns: The columns to look in.
            rule: How texts are compared.
            plan: How numbers are dialled at the tenant.
            max_contacts: The maximum number of contacts; no further rows are read if the first ones are the best.
        """
        prepared = SearchTerm(term, rule, plan, has_wildcards=True)
        batch_size = None if max_contacts is None else min(max_contacts, MAX_FETCHED_ROWS)
        candidates = self._table.read(self._session, self._may_match(prepared), batch_size=batch_size)
        with closing(candidates):
            return prepared.select(candidates, lambda contact: _texts(contact.fields, columns), max_contacts)

    def search_typed(
        self, digits: str, columns: Collection[str], plan: DialPlan = UNKNOWN_PLAN
    ) -> list[StoredContact]:
        """Return the contacts that `digits`, typed on a keypad, may stand for in one of these columns.

        Args:
            digits: The digits.
            columns: The columns to look in.
            plan: How numbers are dialled at the tenant.
        """
        typed, number = TypedTerm(digits), read_number_term(digits, plan)
        condition = may_contain_any(
            self._session,
            self._row,
            self._owner_uuid,
            grams=typed_pieces(digits) if len(digits) >= GRAM else [],
            pattern=typed_pattern(digits),
            max_scanned_rows=self._limits.max_scanned_rows,
        )
        if number is not None:
            condition = or_(condition, *map(self._contains, number.beginnings))
        found: list[StoredContact] = []
        other_spellings: list[StoredContact] = []
        for contact in self._table.read(self._session, condition):
            texts = _texts(contact.fields, columns)
            if any(map(typed.matches, texts)):
                found.append(contact)
            elif number is not None and any(map(number.matches, texts)):
                other_spellings.append(contact)
        return found + other_spellings

    def search_similar(self, term: str, columns: Collection[str]) -> list[StoredContact]:
        """Return the contacts with a text similar to `term` in one of these columns, the most similar first."""
        similar = SimilarTerm(term)
        for pieces in similar.rounds:
            condition = or_(*(self._contains_all(piece) for piece in pieces))
            contacts = list(self._table.read(self._session, condition))
            nearest = similar.nearest(SEPARATOR.join(_texts(one.fields, columns)) for one in contacts)
            if nearest:
                return [contacts[position] for _, position in nearest[:_MAX_SIMILAR]]
        return []

    def search_everywhere(self, term: str) -> Iterator[tuple[int, StoredContact]]:
        """Yield the contacts with the whole `term` in any value or in the id, the oldest first (contract section 1.7).

        Case and spelling are ignored. Lists are sorted, so further matches could not come after the others.

        Yields:
            The contacts, each with the id of its row.
        """
        if not term:
            yield from self._table.read_rows(self._session, self._row.owner_uuid == self._owner_uuid)
            return
        prepared = SearchTerm(term, TextMatch.CASE_INSENSITIVE, has_wildcards=True)
        substring = _index_substring(prepared.whole_pattern)
        condition = or_(self._contains(substring), self._row.id.in_(self._ids_containing(substring)))
        for row_id, contact in self._table.read_rows(self._session, condition):
            if prepared.is_contained(_texts(contact.entry(), contact.entry())):
                yield row_id, contact

    def with_value(self, texts: Collection[str], columns: Collection[str]) -> list[StoredContact]:
        """Return the contacts whose value in one of these columns is one of `texts`, ignoring case."""
        values = set(filter(None, map(normalize_case, texts)))
        keys = [value_keys(self._owner_uuid, text)[0] for text in texts if text and has_key(text)]
        substrings = [to_index_form(storable(value)) for value in values if not has_key(value)]
        candidates = {
            contact.id: contact
            for condition in (
                *(self._has_one_of(batch) for batch in chunked(keys, BATCH_SIZE)),
                *(self._contains_any(batch) for batch in chunked(substrings, MAX_SUBSTRINGS)),
            )
            for contact in self._table.read(self._session, condition)
        }
        return [
            contact
            for contact in candidates.values()
            if not values.isdisjoint(map(normalize_case, _texts(contact.fields, columns)))
        ]

    def with_number(
        self, number: RequestedNumber, columns: Collection[str]
    ) -> tuple[int, StoredContact] | None:
        """Return the contact that has the number, in any spelling, at the lowest rank in one of these columns.

        Returns:
            The rank (`RequestedNumber.rank`) and the contact, the oldest one of several; None if there is none.
        """
        return self.with_numbers([number], columns).get(number.text)

    def with_numbers(
        self, numbers: Collection[RequestedNumber], columns: Collection[str]
    ) -> dict[str, tuple[int, StoredContact]]:
        """Return what `with_number` returns for each of several numbers, by the text of the number.

        Numbers share a statement, unless so many contacts may have one of them that not all can be read.
        """
        found: dict[str, tuple[int, StoredContact]] = {}
        numbers = [number for number in numbers if _digit_keys(number)]
        for batch in constrained_batches(numbers, MAX_KEY_RANGES, get_len=_key_count, strict=False):
            candidates = self._candidates(batch)
            if len(batch) > 1 and len(candidates) >= self._limits.max_number_candidates:
                found |= {one.text: match for one in batch if (match := self.with_number(one, columns))}
                continue
            requested = RequestedNumbers(batch)
            for contact in candidates:
                for text, rank in requested.ranks(_texts(contact.fields, columns)).items():
                    if text not in found or rank < found[text][0]:
                        found[text] = (rank, contact)
        return found

    def _candidates(self, numbers: Iterable[RequestedNumber]) -> Sequence[StoredContact]:
        """Return the contacts that may have one of the numbers, the oldest first."""
        ranges = {number_key_range(self._owner_uuid, key) for one in numbers for key in _digit_keys(one)}
        with_key = select(self._keys.c.contact_id).where(
            or_(*(self._keys.c.key.between(*pair) for pair in ranges))
        )
        limit = self._limits.max_number_candidates
        oldest = with_key.distinct().order_by(self._keys.c.contact_id).limit(limit).subquery()
        return list(self._table.read(self._session, self._row.id.in_(select(oldest)), self._owner_filter()))

    def _may_match(self, term: SearchTerm) -> ColumnElement[bool]:
        """Return a condition for all contacts that match a term, and possibly others."""
        if term.word_patterns:  # a contact with the whole term has each of its words
            return self._contains_all([_index_substring(word) for word in term.word_patterns])
        whole = self._contains(_index_substring(term.whole_pattern))
        return whole if term.number is None else or_(whole, *map(self._contains, term.number.needles))

    def _contains(self, substring: str) -> ColumnElement[bool]:
        return self._contains_any([substring])

    def _contains_any(self, substrings: Collection[str]) -> ColumnElement[bool]:
        return text_contains_any(
            self._session, self._row, self._owner_uuid, substrings, self._limits.max_scanned_rows
        )

    def _contains_all(self, substrings: Collection[str]) -> ColumnElement[bool]:
        """Return a condition for contacts with all these texts; short ones are left out if the others select enough."""
        selective = [substring for substring in substrings if len(substring) >= GRAM]
        return and_(*(self._contains(substring) for substring in selective or substrings))

    def _has_one_of(self, keys: Collection[int]) -> ColumnElement[bool]:
        with_key = select(self._keys.c.contact_id).where(self._keys.c.key.in_(keys))
        return self._row.id.in_(with_key) & self._owner_filter()

    def _owner_filter(self) -> ColumnElement[bool]:
        return owner_filter(self._row, self._owner_uuid)

    def _ids_containing(self, substring: str) -> Select[int]:
        """Return a query for the rows with a substring in the contact id, which is not indexed."""
        row = self._row
        return select(row.id).where(
            row.owner_uuid == self._owner_uuid, row.uuid.contains(substring, autoescape=True)
        )


def _digit_keys(number: RequestedNumber) -> tuple[int, ...]:
    return (*number.keys, *number.stem_keys)


def _key_count(number: RequestedNumber) -> int:
    return len(_digit_keys(number))


def _texts(fields: Mapping[str, str | None], columns: Iterable[str]) -> list[str]:
    """Return the texts of these columns, without missing and null ones."""
    return [text for column in columns if (text := fields.get(column)) is not None]


def _index_substring(pattern: Pattern) -> str:
    """Return a text that the index form of every text with the pattern contains; it may be empty."""
    return max(map(to_index_form, map(storable, pattern.literals)), key=len)
