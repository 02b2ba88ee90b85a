"""The phonebook backend: the contacts of one phonebook that the daemon keeps (contract sections 3.5 and 3.6)."""

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
)


def _any_name(given: object) -> str:
    return given if isinstance(given, str) and given else "phonebook"


class PhonebookOptions(SourceOptions):
    """Which phonebook is shown. The source is named after it, whatever name a client gives."""

    phonebook_option = "phonebook_uuid"

    name: Annotated[str, BeforeValidator(_any_name)] = "phonebook"
    phonebook_uuid: UUID


class PhonebookBackend(QueryBackend[PhonebookOptions]):
    """Answers from the daemon's own store."""

    Options = PhonebookOptions
    waits = False
    unique_column = "id"

    def __init__(self, options: PhonebookOptions, environment: Environment) -> None:
        """Name the phonebook; whether the tenant has it is seen at each question."""
        super().__init__(options, environment)
        self._phonebook_uuid = str(options.phonebook_uuid)

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find `term` as a substring, case ignored, accents not; its `%` and `_` are wildcards."""
        return self._contacts().search(term, self.options.searched_columns, TextMatch.CASE_INSENSITIVE)

    @override
    def search_typed(self, digits: str, caller: Caller) -> Iterable[Entry]:
        """Find who `digits` may mean, typed on a keypad."""
        return self._contacts().search_typed(digits, self.options.searched_columns)

    @override
    def search_similar(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find who has nearly `term`, the most similar first."""
        return self._contacts().search_similar(term, self.options.searched_columns)

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find a contact with the number, case ignored; else with another spelling of it."""
        exact = self._contacts().having([exten], self.options.first_matched_columns)
        return next(iter(exact), None) or self._alternate_spelling(exten)

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Find a contact per number; here the case does count where one is spelled alike."""
        columns = self.options.first_matched_columns
        wanted = set(extens)
        found: dict[str, Entry] = {}
        for entry in self._contacts().having(extens, columns):
            for exten in wanted.intersection(str(entry.get(column)) for column in columns):
                found.setdefault(exten, entry)
        for exten in wanted - found.keys():
            alternate_spelling = self._alternate_spelling(exten)
            if alternate_spelling is not None:
                found[exten] = alternate_spelling
        return found

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """List the contacts with these ids."""
        return self._contacts().fetch(ids)

    def _alternate_spelling(self, exten: str) -> AlternateSpelling | None:
        columns, country = self.options.first_matched_columns, self.environment.country()
        return next(map(AlternateSpelling, self._contacts().with_number(exten, columns, country)), None)

    def _contacts(self) -> OwnerContacts:
        return self.environment.contacts.of_phonebook(self.environment.tenant_uuid, self._phonebook_uuid)
