"""The phonebook backend: the contacts of one stored phonebook (contract sections 3.5 and 3.6)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator
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


def _name_or_default(value: object) -> str:
    return value if isinstance(value, str) and value else "phonebook"


class PhonebookOptions(SourceOptions):
    """The options of a phonebook source, which is named after its phonebook whatever name a client sends."""

    phonebook_option = "phonebook_uuid"

    name: Annotated[str, BeforeValidator(_name_or_default)] = "phonebook"
    phonebook_uuid: UUID


class PhonebookBackend(QueryBackend[PhonebookOptions]):
    """Answers from the daemon's own database."""

    Options = PhonebookOptions
    is_blocking = False
    unique_column = "id"

    def __init__(self, options: PhonebookOptions, environment: Environment) -> None:
        """Store the phonebook's uuid; each question checks that the tenant has this phonebook."""
        super().__init__(options, environment)
        self._phonebook_uuid = str(options.phonebook_uuid)

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts that match `term`, ignoring case but not accents; `%` and `_` are wildcards."""
        columns, plan = self.options.searched_columns, self.environment.dial_plan()
        return self._contacts().search(term, columns, TextMatch.CASE_INSENSITIVE, plan)

    @override
    def search_typed(self, digits: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts that `digits`, typed on a keypad, can stand for."""
        columns, plan = self.options.searched_columns, self.environment.dial_plan()
        return self._contacts().search_typed(digits, columns, plan)

    @override
    def search_similar(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts similar to `term`, the most similar first."""
        return self._contacts().search_similar(term, self.options.searched_columns)

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find a contact with the number, ignoring case, otherwise one with an alternate spelling of it."""
        exact = self._contacts().with_value([exten], self.options.first_matched_columns)
        return next(iter(exact), None) or self._alternate_spelling(exten)

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Find a contact for each number; unlike in `first_match`, an exact match must have the same case."""
        columns = self.options.first_matched_columns
        requested = set(extens)
        found: dict[str, Entry] = {}
        for entry in self._contacts().with_value(extens, columns):
            for exten in requested.intersection(str(entry.get(column)) for column in columns):
                found.setdefault(exten, entry)
        for exten in requested - found.keys():
            alternate_spelling = self._alternate_spelling(exten)
            if alternate_spelling is not None:
                found[exten] = alternate_spelling
        return found

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the contacts with these ids."""
        return self._contacts().fetch(ids)

    def _alternate_spelling(self, exten: str) -> AlternateSpelling | None:
        number = requested_number(exten, self.environment.dial_plan())
        return self._contacts().with_number(number, self.options.first_matched_columns)

    def _contacts(self) -> OwnerContacts:
        return self.environment.contacts.of_phonebook(self.environment.tenant_uuid, self._phonebook_uuid)
