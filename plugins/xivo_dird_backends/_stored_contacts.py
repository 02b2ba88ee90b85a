"""A base class for backends whose contacts the daemon itself stores (contract sections 3.5 and 3.6)."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, TypeVar

from typing_extensions import override

from xivo_dird.backend import (
    AlternateSpelling,
    Caller,
    Entry,
    Environment,
    OwnerContacts,
    QueryBackend,
    SourceOptions,
    TextMatch,
    requested_number,
)

OptionsT = TypeVar("OptionsT", bound=SourceOptions)


class StoredContactsBackend(QueryBackend[OptionsT]):
    """Answers from the daemon's own database. A subclass says whose contacts these are."""

    unique_column = "id"

    text_match: ClassVar[TextMatch]
    """How a search compares texts; `%` and `_` are wildcards."""

    def __init__(self, options: OptionsT, environment: Environment) -> None:
        """Store the options; a database server is queried like any other one, a file in the thread of the request."""
        super().__init__(options, environment)
        self.is_blocking = environment.contacts.is_remote

    @abstractmethod
    def contacts(self, caller: Caller) -> OwnerContacts:
        """Return the contacts that answer the questions of a caller."""

    def shown(self, entry: Entry) -> Entry:
        """Return an entry as the source shows it, by default unchanged."""
        return entry

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts that match `term` by the rule `text_match`."""
        return self._search(term, caller, None)

    @override
    def search_limited(self, term: str, caller: Caller, max_entries: int) -> Iterable[Entry]:
        """Find the first contacts that match `term`, if possible without reading the others."""
        return self._search(term, caller, max_entries)

    @override
    def search_typed(self, digits: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts that `digits`, typed on a keypad, can stand for."""
        columns, plan = self.options.searched_columns, self.environment.dial_plan()
        return map(self.shown, self.contacts(caller).search_typed(digits, columns, plan))

    @override
    def search_similar(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts similar to `term`, the most similar first."""
        return map(self.shown, self.contacts(caller).search_similar(term, self.options.searched_columns))

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find a contact with exactly this number, otherwise one with an alternate spelling of it."""
        return self.match_all([exten], caller).get(exten)

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Find a contact for each number: one with exactly this text, otherwise one with another spelling."""
        contacts = self.contacts(caller)
        found: dict[str, Entry] = {}
        for exten, entry in self._exact_matches(extens, contacts):
            found.setdefault(exten, self.shown(entry))
        plan = self.environment.dial_plan()
        numbers = [requested_number(exten, plan) for exten in dict.fromkeys(extens) if exten not in found]
        others = contacts.with_numbers(numbers, self.options.first_matched_columns)
        return found | {exten: self._shown_spelling(entry) for exten, entry in others.items()}

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the contacts with these ids."""
        return map(self.shown, self.contacts(caller).fetch(ids))

    @override
    def list_version(self, caller: Caller) -> str:
        """Return a text that changes with each change of the contacts."""
        return self.contacts(caller).list_version()

    @override
    def list_entries(self, caller: Caller) -> Iterable[Entry]:
        """Yield all contacts; the transaction that reads them ends with the iterator."""
        yield from map(self.shown, self.contacts(caller).list_all())

    def alternate_spelling(self, exten: str, contacts: OwnerContacts) -> AlternateSpelling | None:
        """Find the contact that has a number in another spelling, at the lowest rank."""
        number = requested_number(exten, self.environment.dial_plan())
        found = contacts.with_number(number, self.options.first_matched_columns)
        return None if found is None else self._shown_spelling(found)

    def _shown_spelling(self, found: AlternateSpelling) -> AlternateSpelling:
        return AlternateSpelling(self.shown(found), found.rank)

    def _search(self, term: str, caller: Caller, max_entries: int | None) -> Iterable[Entry]:
        columns, plan = self.options.searched_columns, self.environment.dial_plan()
        found = self.contacts(caller).search(term, columns, self.text_match, plan, max_entries)
        return map(self.shown, found)

    def _exact_matches(self, extens: Sequence[str], contacts: OwnerContacts) -> Iterator[tuple[str, Entry]]:
        """Yield each number with the contacts that have it in exactly that spelling."""
        columns, requested = self.options.first_matched_columns, set(extens)
        for entry in contacts.with_value(extens, columns):
            for exten in map(entry.get, columns):
                if isinstance(exten, str) and exten in requested:
                    yield exten, entry
