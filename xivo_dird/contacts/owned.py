"""The contacts of one owner, as backends ask for them."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from xivo_dird.backend import Entry, TextMatch
from xivo_dird.contacts.dao import ContactTable
from xivo_dird.database.engine import Database, Session


class StoredOwnerContacts(NamedTuple):
    """Answers from a table; `check` raises `SourceUnavailable` in a transaction when there is no such owner."""

    database: Database
    table: ContactTable
    owner_uuid: str
    check: Callable[[Session], None] = lambda _session: None

    def search(self, term: str, columns: Collection[str], rule: TextMatch) -> list[Entry]:
        """Find the contacts with `term` in one of these columns."""
        with self.database.reading() as session:
            self.check(session)
            found = self.table.search(session, self.owner_uuid, term, columns, rule)
        return [contact.entry() for contact in found]

    def search_typed(self, digits: str, columns: Collection[str]) -> list[Entry]:
        """Find the contacts that `digits` may mean, typed on a keypad, in one of these columns."""
        with self.database.reading() as session:
            self.check(session)
            found = self.table.search_typed(session, self.owner_uuid, digits, columns)
        return [contact.entry() for contact in found]

    def search_similar(self, term: str, columns: Collection[str]) -> list[Entry]:
        """Find the contacts with nearly `term` in one of these columns, the most similar first."""
        with self.database.reading() as session:
            self.check(session)
            found = self.table.search_similar(session, self.owner_uuid, term, columns)
        return [contact.entry() for contact in found]

    def having(self, texts: Collection[str], columns: Collection[str]) -> list[Entry]:
        """Find the contacts that have one of `texts`, case ignored, as the value of one of these columns."""
        with self.database.reading() as session:
            self.check(session)
            found = self.table.having(session, self.owner_uuid, texts, columns)
        return [contact.entry() for contact in found]

    def with_number(self, exten: str, columns: Collection[str], country: str | None) -> list[Entry]:
        """Find the contacts that have a phone number, in whatever spelling, as the value of one of these columns."""
        with self.database.reading() as session:
            self.check(session)
            found = self.table.with_number(session, self.owner_uuid, exten, columns, country)
        return [contact.entry() for contact in found]

    def fetch(self, ids: Collection[str]) -> list[Entry]:
        """List the contacts with these ids."""
        with self.database.reading() as session:
            self.check(session)
            found = self.table.find(session, self.owner_uuid, ids)
        return [contact.entry() for contact in found]
