"""Finds the entries that have phone numbers."""

from collections.abc import Callable, Mapping, Sequence

from more_itertools import chunked

from xivo_dird.backend import (
    AlternateSpelling,
    Deadline,
    DialPlan,
    Entry,
    MatchRank,
    requested_number,
    spellings,
)
from xivo_dird_backends.ldap.entries import LdapEntries, RawEntry
from xivo_dird_backends.ldap.filters import LdapFilters
from xivo_dird_backends.ldap.phone_columns import PhoneColumns, number_key

MAX_NUMBERS_PER_SEARCH = 5
"""Maximum number of phone numbers in one filter, each in 20 to 90 spellings."""

MAX_CANDIDATES = 100
"""Maximum number of entries fetched for one number, to find an exact match among alternate spellings."""

Query = Callable[[str | None, tuple[str, ...], Deadline, int], Sequence[RawEntry]]
"""Returns what a filter finds, given the attributes, the deadline and the maximum number of entries (0: none)."""


class NumberSearch:
    """Asks a directory for numbers, and chooses among the entries that it finds."""

    def __init__(
        self,
        query: Query,
        filters: LdapFilters,
        entries: LdapEntries,
        columns: PhoneColumns,
        dial_plan: Callable[[], DialPlan],
    ) -> None:
        """Create an object that asks nothing yet.

        Args:
            query: Searches the directory.
            filters: The filters of the searches.
            entries: Reads what they find.
            columns: The attributes with numbers.
            dial_plan: Returns how numbers are dialled at the tenant.
        """
        self._query = query
        self._filters = filters
        self._entries = entries
        self._columns = columns
        self._dial_plan = dial_plan

    def first_match(self, exten: str, deadline: Deadline) -> Entry | None:
        """Return the server's first entry with the number, otherwise the first with an alternate spelling of it.

        The server's matching rules decide which numbers are equal. Wildcards between the digits would find every
        spelling, but no server has an index for them.
        """
        if self._filters.has_number_columns and len(self._spellings(exten)) > 1:
            raw_entries = self._search([exten], deadline, MAX_CANDIDATES)
            match = self._matches([exten], raw_entries).get(exten)
            if match is not None or not raw_entries:
                return match
        # Extensions match exactly only, as do numbers found by a matching rule or in an attribute that isn't returned.
        found = self._query(self._filters.match([exten]), self._entries.attributes, deadline, 1)
        return self._entries.entry(found[0]) if found else None

    def match_all(self, extens: Sequence[str], deadline: Deadline) -> Mapping[str, Entry]:
        """Return an entry for each number that has one; numbers share a search."""
        found: dict[str, Entry] = {}
        for batch in chunked(dict.fromkeys(extens), MAX_NUMBERS_PER_SEARCH):
            found.update(self._matches(batch, self._search(batch, deadline)))
        return found

    def _search(self, extens: Sequence[str], deadline: Deadline, size_limit: int = 0) -> Sequence[RawEntry]:
        """Search once for the entries that have one of the numbers in one of its usual spellings."""
        all_spellings = [spelling for exten in extens for spelling in self._spellings(exten)]
        search_filter = self._filters.match(all_spellings, self._columns.names)
        found = self._query(search_filter, self._entries.attributes_with_numbers, deadline, size_limit)
        self._columns.learn(deadline)  # after the answer: no server is asked twice while it is down
        return found

    def _matches(self, extens: Sequence[str], raw_entries: Sequence[RawEntry]) -> dict[str, Entry]:
        """Return the entry of each number that has it at the lowest rank, the first of several.

        The server may also have matched a spelling that means another number at this tenant.
        """
        found: dict[str, tuple[int, Entry]] = {}
        for raw in raw_entries:
            entry, numbers = self._entries.entry(raw), self._entries.numbers(raw)
            for exten in extens:
                rank = self._rank(exten, numbers)
                if rank is not None and (exten not in found or rank < found[exten][0]):
                    found[exten] = (rank, entry)
        return {
            exten: AlternateSpelling(entry, rank) if rank else entry for exten, (rank, entry) in found.items()
        }

    def _rank(self, exten: str, numbers: Sequence[str]) -> int | None:
        """Return how an entry with these numbers has a number; the server's rule for equal numbers is exact."""
        key = number_key(exten.casefold())
        if any(number_key(number.casefold()) == key for number in numbers):
            return MatchRank.EXACT
        return requested_number(exten, self._dial_plan()).lowest_rank(numbers)

    def _spellings(self, exten: str) -> tuple[str, ...]:
        return spellings(exten, self._dial_plan())
