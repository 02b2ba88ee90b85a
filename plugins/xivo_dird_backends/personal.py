"""The personal backend: what the asking user wrote down (contract sections 3.5 and 3.6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from typing_extensions import override

from xivo_dird.backend import AlternateSpelling, Caller, Entry, QueryBackend, SourceOptions, TextMatch


class PersonalBackend(QueryBackend[SourceOptions]):
    """Answers each user from their own contacts; a caller without a user has none."""

    Options = SourceOptions
    is_personal = True
    waits = False
    unique_column = "id"

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find `term` as a substring, case and accents ignored; its `%` and `_` are wildcards."""
        if caller.user_uuid is None:
            return ()
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        columns = self.options.searched_columns
        return map(_filled, contacts.search(term, columns, TextMatch.CASE_AND_ACCENT_INSENSITIVE))

    @override
    def search_typed(self, digits: str, caller: Caller) -> Iterable[Entry]:
        """Find who `digits` may mean, typed on a keypad."""
        if caller.user_uuid is None:
            return ()
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        return map(_filled, contacts.search_typed(digits, self.options.searched_columns))

    @override
    def search_similar(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find who has nearly `term`, the most similar first."""
        if caller.user_uuid is None:
            return ()
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        return map(_filled, contacts.search_similar(term, self.options.searched_columns))

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find a contact with exactly this number, else with another spelling of it."""
        return self.match_all([exten], caller).get(exten)

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Find a contact per number, as `first_match` does."""
        found: dict[str, Entry] = {}
        for exten, entry in self._matches(extens, caller):
            found.setdefault(exten, _filled(entry))
        for exten in set(extens) - found.keys():
            alternate_spelling = self._alternate_spelling(exten, caller)
            if alternate_spelling is not None:
                found[exten] = alternate_spelling
        return found

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """List the contacts with these ids."""
        if caller.user_uuid is None:
            return ()
        return map(_filled, self.environment.contacts.of_user(caller.user_uuid).fetch(ids))

    def _alternate_spelling(self, exten: str, caller: Caller) -> AlternateSpelling | None:
        if caller.user_uuid is None:
            return None
        contacts = self.environment.contacts.of_user(caller.user_uuid)
        found = contacts.with_number(exten, self.options.first_matched_columns, self.environment.country())
        return next(map(AlternateSpelling, map(_filled, found)), None)

    def _matches(self, extens: Sequence[str], caller: Caller) -> Iterator[tuple[str, Entry]]:
        """List who has which of the numbers, in exactly that spelling."""
        if caller.user_uuid is None:
            return
        columns = self.options.first_matched_columns
        wanted = set(extens)
        for entry in self.environment.contacts.of_user(caller.user_uuid).having(extens, columns):
            for exten in map(entry.get, columns):
                if isinstance(exten, str) and exten in wanted:
                    yield exten, entry


def _filled(entry: Entry) -> Entry:
    """Leave out what is empty, so that a display shows its default there."""
    return {name: text for name, text in entry.items() if text}
