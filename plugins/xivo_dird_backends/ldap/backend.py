"""The LDAP backend: asks a directory server such as OpenLDAP or Active Directory (contract section 3.6)."""

from collections.abc import Iterable, Mapping, Sequence

from more_itertools import chunked
from typing_extensions import override

from xivo_dird.backend import (
    AlternateSpelling,
    Caller,
    Deadline,
    Entry,
    Environment,
    QueryBackend,
    same_number,
    spellings,
)
from xivo_dird_backends.ldap.connections import LdapSearch
from xivo_dird_backends.ldap.entries import LdapEntries, RawEntry
from xivo_dird_backends.ldap.filters import LdapFilters
from xivo_dird_backends.ldap.options import LdapOptions, server_of
from xivo_dird_backends.ldap.pool import ConnectionPool

MAX_IDS_PER_SEARCH = 50
"""How many ids are put into one filter."""

MAX_NUMBERS_PER_SEARCH = 15
"""The same for numbers, each in a dozen spellings."""

MAX_CANDIDATES = 100
"""How many entries with one number are looked at for one that has it in the very spelling."""

IGNORED_IN_NUMBERS = str.maketrans("", "", " -")


class LdapBackend(QueryBackend[LdapOptions]):
    """Answers from an LDAP server, within `LdapServer.call_limit` seconds per call."""

    Options = LdapOptions
    same_for_all = True

    def __init__(self, options: LdapOptions, environment: Environment) -> None:
        """Raise `InvalidSource` for options that can't work; the server is asked with the first question."""
        super().__init__(options, environment)
        self.unique_column = options.unique_column
        self._server = server_of(options)
        self._filters = LdapFilters(options)
        self._entries = LdapEntries(options)
        self._pool = ConnectionPool(self._server)

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find `term` as a substring, by the server's rules for each attribute."""
        return self._find(self._filters.search(term), self._deadline(), self.options.ldap_size_limit)

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find the server's first entry with the number, by the server's rules of equality; else another spelling.

        Wildcards between the digits would find every spelling, but no server has an index for them.
        """
        deadline = self._deadline()
        if self._filters.names_numbers and len(self._spellings(exten)) > 1:
            raws = self._with_numbers([exten], deadline, MAX_CANDIDATES)
            match = self._matches([exten], raws).get(exten)
            if match is not None or not raws:
                return match
        # Extensions match exactly only; so does what the server found by a rule or an attribute that it does not show.
        found = self._find(self._filters.match([exten]), deadline, 1)
        return found[0] if found else None

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Find an entry per number; all numbers are asked for at once when the columns tell them apart."""
        if not self._filters.names_numbers:
            return super().match_all(extens, caller)
        deadline = self._deadline()
        found: dict[str, Entry] = {}
        for some in chunked(dict.fromkeys(extens), MAX_NUMBERS_PER_SEARCH):
            found.update(self._matches(some, self._with_numbers(some, deadline)))
        return found

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """List the entries with these ids."""
        deadline = self._deadline()
        return [
            entry
            for some in chunked(dict.fromkeys(ids), MAX_IDS_PER_SEARCH)
            for entry in self._find(self._filters.ids(some), deadline)
        ]

    @override
    def close(self) -> None:
        """Close all connections; a running call fails at once."""
        self._pool.close()

    def _with_numbers(
        self, extens: Sequence[str], deadline: Deadline, size_limit: int = 0
    ) -> Sequence[RawEntry]:
        """Ask for whoever has one of the numbers in one of its usual spellings, in one search."""
        spelled = [spelling for exten in extens for spelling in self._spellings(exten)]
        written = self._filters.match(list(dict.fromkeys(spelled)))
        return self._ask(written, self._entries.attributes_with_numbers, deadline, size_limit)

    def _matches(self, extens: Sequence[str], raws: Sequence[RawEntry]) -> dict[str, Entry]:
        """Choose an entry per number: the first with the very spelling, else the first with another."""
        exact: dict[str, Entry] = {}
        alternate_spelling: dict[str, Entry] = {}
        for raw in raws:
            entry, numbers = self._entries.entry(raw), self._entries.numbers(raw)
            for exten in _extens_of(extens, numbers):
                exact.setdefault(exten, entry)
            for exten in self._alternate_spelling(extens, numbers):
                alternate_spelling.setdefault(exten, AlternateSpelling(entry))
        return alternate_spelling | exact

    def _alternate_spelling(self, extens: Sequence[str], numbers: Sequence[str]) -> list[str]:
        """List the asked numbers that are an entry's; a server may tell by spellings that mean another number here."""
        country = self.environment.country()
        return [exten for exten in extens if any(same_number(exten, number, country) for number in numbers)]

    def _spellings(self, exten: str) -> tuple[str, ...]:
        return spellings(exten, self.environment.country())

    def _deadline(self) -> Deadline:
        return Deadline.after(self._server.call_limit)

    def _find(self, search_filter: str | None, deadline: Deadline, size_limit: int = 0) -> list[Entry]:
        found = self._ask(search_filter, self._entries.attributes, deadline, size_limit)
        return [self._entries.entry(raw) for raw in found]

    def _ask(
        self, search_filter: str | None, attributes: tuple[str, ...], deadline: Deadline, size_limit: int = 0
    ) -> Sequence[RawEntry]:
        if search_filter is None:
            return ()
        return self._pool.search(LdapSearch(search_filter, attributes, size_limit), deadline)


def _extens_of(extens: Sequence[str], numbers: Iterable[str]) -> list[str]:
    """List the asked numbers that are an entry's, as telephoneNumberMatch compares (RFC 4517 section 4.2.29)."""
    keys = {_number_key(number) for number in numbers}
    return [exten for exten in extens if _number_key(exten) in keys]


def _number_key(number: str) -> str:
    return number.casefold().translate(IGNORED_IN_NUMBERS)
