"""The contacts of one owner, as backends query them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from xivo_dird.backend import AlternateSpelling, Entry, RequestedNumber, TextMatch
from xivo_dird.contacts.dao import ContactTable
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.search_dao import DEFAULT_SEARCH_LIMITS, ContactSearch, SearchLimits
from xivo_dird.database.engine import Database, Session
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan


class StoredOwnerContacts(NamedTuple):
    """The contacts of one owner in a table; every method runs in a transaction of its own.

    Attributes:
        database: The database with the table.
        table: The contacts of all owners of this kind.
        owner_uuid: The owner.
        check: Called in the transaction first; raises `SourceUnavailable` if the owner does not exist.
        limits: The limits of searches.
    """

    database: Database
    table: ContactTable
    owner_uuid: str
    check: Callable[[Session], None] = lambda _session: None
    limits: SearchLimits = DEFAULT_SEARCH_LIMITS

    def search(
        self,
        term: str,
        columns: Collection[str],
        rule: TextMatch,
        plan: DialPlan = UNKNOWN_PLAN,
        max_contacts: int | None = None,
    ) -> list[Entry]:
        """Return the contacts that match `term` in these columns, the best matches first, at most `max_contacts`."""
        with self._searching() as contacts:
            return _entries(contacts.search(term, columns, rule, plan, max_contacts))

    def search_typed(
        self, digits: str, columns: Collection[str], plan: DialPlan = UNKNOWN_PLAN
    ) -> list[Entry]:
        """Return the contacts that `digits`, typed on a keypad, may stand for in one of these columns."""
        with self._searching() as contacts:
            return _entries(contacts.search_typed(digits, columns, plan))

    def search_similar(self, term: str, columns: Collection[str]) -> list[Entry]:
        """Return the contacts with a text similar to `term` in one of these columns, the most similar first."""
        with self._searching() as contacts:
            return _entries(contacts.search_similar(term, columns))

    def with_value(self, texts: Collection[str], columns: Collection[str]) -> list[Entry]:
        """Return the contacts whose value in one of these columns is one of `texts`, ignoring case."""
        with self._searching() as contacts:
            return _entries(contacts.with_value(texts, columns))

    def with_number(self, number: RequestedNumber, columns: Collection[str]) -> AlternateSpelling | None:
        """Return the contact that has the number, in any spelling, at the lowest rank in one of these columns."""
        with self._searching() as contacts:
            found = contacts.with_number(number, columns)
        return None if found is None else AlternateSpelling(found[1].entry(), found[0])

    def with_numbers(
        self, numbers: Collection[RequestedNumber], columns: Collection[str]
    ) -> dict[str, AlternateSpelling]:
        """Return the contact that `with_number` returns for each of several numbers, by the text of the number."""
        with self._searching() as contacts:
            found = contacts.with_numbers(numbers, columns)
        return {text: AlternateSpelling(contact.entry(), rank) for text, (rank, contact) in found.items()}

    def fetch(self, ids: Collection[str]) -> list[Entry]:
        """Return the contacts with these ids."""
        with self.database.reading() as session:
            self.check(session)
            return _entries(self.table.find(session, self.owner_uuid, ids))

    @contextmanager
    def _searching(self) -> Iterator[ContactSearch]:
        with self.database.reading() as session:
            self.check(session)
            yield ContactSearch(session, self.table, self.owner_uuid, self.limits)


class EmptyContacts:
    """The contacts of an owner who has none, or none that the caller may read; no query needs the database."""

    def search(self, *_arguments: object, **_options: object) -> tuple[Entry, ...]:
        """Return no contacts."""
        return ()

    search_typed = search_similar = with_value = fetch = search

    def with_number(self, *_arguments: object, **_options: object) -> None:
        """Return no contact."""

    def with_numbers(self, *_arguments: object, **_options: object) -> dict[str, AlternateSpelling]:
        """Return no contacts."""
        return {}


def _entries(contacts: Iterable[StoredContact]) -> list[Entry]:
    return [contact.entry() for contact in contacts]
