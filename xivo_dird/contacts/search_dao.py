"""Searches in stored contacts.

The indexes of the database return candidates; the rule of each search then decides which of them match.
"""

from collections.abc import Collection
from dataclasses import dataclass
from operator import itemgetter

from more_itertools import chunked
from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select, union
from sqlalchemy.orm import Session

from xivo_dird.backend import TextMatch
from xivo_dird.contacts.content import to_index_form
from xivo_dird.contacts.dao import BATCH_SIZE, ContactTable
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.term import Term
from xivo_dird.database.contact_keys import has_key, keys_of, normalize_case, number_key_range
from xivo_dird.database.text_index import (
    GRAM,
    MAX_SCANNED_ROWS,
    may_contain_any,
    owner_filter,
    text_contains,
)
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.text.folding import SEPARATOR
from xivo_dird.text.keypad import TypedTerm, typed_pattern, typed_pieces
from xivo_dird.text.typos import SimilarTerm

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

    def search(self, term: str, columns: Collection[str], rule: TextMatch) -> list[StoredContact]:
        """Return the contacts with `term` in one of these columns, compared by `rule` (contract section 3.5)."""
        prepared = Term(term, rule)
        candidates = self._table.read(self._session, self._contains(prepared.substring))
        return [contact for contact in candidates if prepared.matches_any(contact.fields, columns)]

    def search_typed(self, digits: str, columns: Collection[str]) -> list[StoredContact]:
        """Return the contacts that `digits`, typed on a keypad, may stand for in one of these columns."""
        typed = TypedTerm(digits)
        grams = typed_pieces(digits) if len(digits) >= GRAM else []
        condition = may_contain_any(
            self._session,
            self._row,
            self._owner_uuid,
            grams,
            typed_pattern(digits),
            self._limits.max_scanned_rows,
        )
        return [
            contact
            for contact in self._table.read(self._session, condition)
            if any(typed.matches(contact.fields.get(column) or "") for column in columns)
        ]

    def search_similar(self, term: str, columns: Collection[str]) -> list[StoredContact]:
        """Return the contacts with a text similar to `term` in one of these columns, the most similar first."""
        similar = SimilarTerm(term)
        for pieces in similar.rounds:
            condition = or_(*(self._contains_all(piece) for piece in pieces))
            contacts = list(self._table.read(self._session, condition))
            texts = (
                SEPARATOR.join(contact.fields.get(name) or "" for name in columns) for contact in contacts
            )
            nearest = similar.nearest(texts)
            if nearest:
                return [contacts[position] for _, position in nearest[:_MAX_SIMILAR]]
        return []

    def search_everywhere(self, term: str) -> list[StoredContact]:
        """Return the contacts with `term` in any value or in the id, ignoring case (contract section 1.7)."""
        prepared = Term(term, TextMatch.CASE_INSENSITIVE)
        condition = self._row.id.in_(self._ids_containing(prepared.substring))
        return [
            contact
            for contact in self._table.read(self._session, condition)
            if prepared.matches_any(contact.entry(), contact.entry())
        ]

    def with_value(self, texts: Collection[str], columns: Collection[str]) -> list[StoredContact]:
        """Return the contacts whose value in one of these columns is one of `texts`, ignoring case."""
        values = {normalize_case(text) for text in texts if text}
        keys = [keys_of(self._owner_uuid, value)[0] for value in values if has_key(value)]
        substrings = [to_index_form(value) for value in values if not has_key(value)]
        candidates = {
            contact.id: contact
            for condition in (
                *(self._has_one_of(batch) for batch in chunked(keys, BATCH_SIZE)),
                *(self._contains(substring) for substring in substrings),
            )
            for contact in self._table.read(self._session, condition)
        }
        return [
            contact
            for contact in candidates.values()
            if any(normalize_case(contact.fields.get(column) or "") in values for column in columns)
        ]

    def with_number(
        self, number: RequestedNumber, columns: Collection[str]
    ) -> tuple[int, StoredContact] | None:
        """Return the contact that has the number, in any spelling, at the lowest rank in one of these columns.

        Returns:
            The rank (`RequestedNumber.rank`) and the contact, the oldest one of several; None if there is none.
        """
        ranges = [number_key_range(self._owner_uuid, key) for key in (*number.keys, *number.stem_keys)]
        if not ranges:
            return None
        with_key = select(self._keys.c.contact_id).where(
            or_(*(self._keys.c.key.between(*pair) for pair in ranges))
        )
        limit = self._limits.max_number_candidates
        oldest = with_key.distinct().order_by(self._keys.c.contact_id).limit(limit).subquery()
        candidates = self._table.read(self._session, self._row.id.in_(select(oldest)), self._owner_filter())
        ranked = (
            (rank, contact)
            for contact in candidates
            if (rank := number.lowest_rank(contact.fields.get(column) or "" for column in columns))
            is not None
        )
        return min(ranked, key=itemgetter(0), default=None)

    def _contains(self, substring: str) -> ColumnElement[bool]:
        return text_contains(
            self._session, self._row, self._owner_uuid, substring, self._limits.max_scanned_rows
        )

    def _contains_all(self, substrings: Collection[str]) -> ColumnElement[bool]:
        return and_(*(self._contains(substring) for substring in substrings if substring))

    def _has_one_of(self, keys: Collection[int]) -> ColumnElement[bool]:
        with_key = select(self._keys.c.contact_id).where(self._keys.c.key.in_(keys))
        return self._row.id.in_(with_key) & self._owner_filter()

    def _owner_filter(self) -> ColumnElement[bool]:
        return owner_filter(self._row, self._owner_uuid)

    def _ids_containing(self, substring: str) -> CompoundSelect[tuple[int]]:
        """Return a query for the rows with a substring in a value or in the contact id, which is not indexed."""
        row = self._row
        return union(
            select(row.id).where(self._contains(substring)),
            select(row.id).where(
                row.owner_uuid == self._owner_uuid, row.uuid.contains(substring, autoescape=True)
            ),
        )
