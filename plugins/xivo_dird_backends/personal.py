"""The personal backend: the caller's own contacts (contract sections 3.5 and 3.6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from typing_extensions import override

from xivo_dird.backend import (
    AlternateSpelling,
    Caller,
    Entry,
    QueryBackend,
    SourceOptions,
    TextMatch,
    requested_number,
)


class PersonalBackend(QueryBackend[SourceOptions]):
    """Answers each user from their own contacts; a caller without a user has no contacts."""

    Options = SourceOptions
    is_personal = True
    is_blocking = False
    unique_column = "id"

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts that match `term`, ignoring case and accents; `%` and `_` are wildcards."""
        if caller.user_uuid is None:
            return ()
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        columns, plan = self.options.searched_columns, self.environment.dial_plan()
        found = contacts.search(term, columns, TextMatch.CASE_AND_ACCENT_INSENSITIVE, plan)
        return map(_without_empty_fields, found)

    @override
    def search_typed(self, digits: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts that `digits`, typed on a keypad, can stand for."""
        if caller.user_uuid is None:
            return ()
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        columns, plan = self.options.searched_columns, self.environment.dial_plan()
        return map(_without_empty_fields, contacts.search_typed(digits, columns, plan))

    @override
    def search_similar(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the contacts similar to `term`, the most similar first."""
        if caller.user_uuid is None:
            return ()
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        return map(_without_empty_fields, contacts.search_similar(term, self.options.searched_columns))

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find a contact with exactly this number, otherwise one with an alternate spelling of it."""
        return self.match_all([exten], caller).get(exten)

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Find a contact for each number, by the rules of `first_match`."""
        found: dict[str, Entry] = {}
        for exten, entry in self._exact_matches(extens, caller):
            found.setdefault(exten, _without_empty_fields(entry))
        for exten in set(extens) - found.keys():
            alternate_spelling = self._alternate_spelling(exten, caller)
            if alternate_spelling is not None:
                found[exten] = alternate_spelling
        return found

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the contacts with these ids."""
        if caller.user_uuid is None:
            return ()
        return map(_without_empty_fields, self.environment.contacts.of_user(caller.user_uuid).fetch(ids))

    def _alternate_spelling(self, exten: str, caller: Caller) -> AlternateSpelling | None:
        if caller.user_uuid is None:
            return None
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        number = requested_number(exten, self.environment.dial_plan())
        found = contacts.with_number(number, self.options.first_matched_columns)
        return None if found is None else AlternateSpelling(_without_empty_fields(found), found.rank)

    def _exact_matches(self, extens: Sequence[str], caller: Caller) -> Iterator[tuple[str, Entry]]:
        """Yield each number with a contact that has it in exactly that spelling."""
        if caller.user_uuid is None:
            return
        columns = self.options.first_matched_columns
        requested = set(extens)
        for entry in self.environment.contacts.of_user(caller.user_uuid).with_value(extens, columns):
            for exten in map(entry.get, columns):
                if isinstance(exten, str) and exten in requested:
                    yield exten, entry


def _without_empty_fields(entry: Entry) -> Entry:
    """Return the entry without empty fields, so that a display shows its default for them."""
    return {name: text for name, text in entry.items() if text}
