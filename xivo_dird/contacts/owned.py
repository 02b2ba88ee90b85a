"""The contacts of one owner, as backends query them."""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from xivo_dird.backend import (
    MAX_LISTED_ENTRIES,
    AlternateSpelling,
    Entry,
    QuestionRefused,
    RequestedNumber,
    TextMatch,
)
from xivo_dird.contacts.dao import ContactTable
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.search_dao import (
    DEFAULT_SEARCH_LIMITS,
    MAX_FETCHED_ROWS,
    ContactSearch,
    SearchLimits,
)
from xivo_dird.contacts.store_state import read_state
from xivo_dird.database.engine import Database, Session
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan


class StoredOwnerContacts(NamedTuple):
    """The contacts of one owner in a table; every method runs in a transaction of its own.

    Attributes:
        database: The database with the table.
        table: The contacts of all owners of this kind.
        owner_uuid: The owner.
        last_sequence: Returns the sequence number of the last event.
        check: Called in the transaction first; raises `SourceUnavailable` if the owner does not exist.
        limits: The limits of searches.
        max_listed: Maximum number of contacts that are listed.
    """

    database: Database
    table: ContactTable
    owner_uuid: str
    last_sequence: Callable[[Session], int]
    check: Callable[[Session], None] = lambda _session: None
    limits: SearchLimits = DEFAULT_SEARCH_LIMITS
    max_listed: int = MAX_LISTED_ENTRIES

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

    def list_version(self) -> str:
        """Return a text that changes whenever one of the contacts does; events of others may change it, too.

        Raises:
            QuestionRefused: There are more than `max_listed`.
        """
        with self.database.reading(snapshot=True) as session:
            self.check(session)
            state = read_state(session, self.last_sequence, self.table, self.owner_uuid)
        if state.contact_count > self.max_listed:
            raise QuestionRefused(f"its {state.contact_count} contacts are too many to be listed")
        return f"{state.sequence} {state.contact_count}"

    def list_all(self) -> Generator[Entry]:
        """Yield all contacts, the oldest first, in one transaction that ends with the iterator."""
        with self.database.reading() as session:
            self.check(session)
            owned = self.table.row.owner_uuid == self.owner_uuid
            with closing(self.table.read(session, owned, batch_size=MAX_FETCHED_ROWS)) as contacts:
                for contact in contacts:
                    yield contact.entry()

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

    search_typed = search_similar = with_value = fetch = list_all = search

    def list_version(self) -> str:
        """Return the same text at all times."""
        return "no contacts"

    def with_number(self, *_arguments: object, **_options: object) -> None:
        """Return no contact."""

    def with_numbers(self, *_arguments: object, **_options: object) -> dict[str, AlternateSpelling]:
        """Return no contacts."""
        return {}


def _entries(contacts: Iterable[StoredContact]) -> list[Entry]:
    return [contact.entry() for contact in contacts]
