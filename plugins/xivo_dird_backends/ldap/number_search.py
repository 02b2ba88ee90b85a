"""Finds the entries that have phone numbers."""

from collections.abc import Callable, Mapping, Sequence

from more_itertools import constrained_batches

from xivo_dird.backend import (
    AlternateSpelling,
    Deadline,
    DialPlan,
    Entry,
    MatchRank,
    RequestedNumbers,
    requested_number,
    spellings,
)
from xivo_dird_backends.ldap.entries import LdapEntries, RawEntry
from xivo_dird_backends.ldap.filters import LdapFilters
from xivo_dird_backends.ldap.phone_columns import PhoneColumns, number_key

MAX_NUMBERS_PER_SEARCH, MAX_SPELLINGS_PER_SEARCH = 50, 450
"""Maximum number of phone numbers in one filter, and of their spellings: a number has up to 90."""

MAX_CANDIDATES = 100
"""Maximum number of entries fetched for one number, to find an exact match among alternate spellings."""

MAX_CANDIDATES_OF_MANY = 400
"""Number of entries from which a search for several numbers is divided; servers return 500 or more, or only a part."""

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
            match = self._matches([exten], raw_entries)[0].get(exten)
            if match is not None or not raw_entries:
                return match
        # Extensions match exactly only, as do numbers found by a matching rule or in an attribute that isn't returned.
        found = self._query(self._filters.match([exten]), self._entries.attributes, deadline, 1)
        return self._entries.entry(found[0]) if found else None

    def match_all(self, extens: Sequence[str], deadline: Deadline) -> Mapping[str, Entry]:
        """Return what `first_match` returns for each number that an entry has; numbers share a search."""
        found: dict[str, Entry] = {}
        batches = constrained_batches(
            dict.fromkeys(extens),
            MAX_SPELLINGS_PER_SEARCH,
            MAX_NUMBERS_PER_SEARCH,
            get_len=lambda exten: len(self._spellings(exten)),
            strict=False,
        )
        for batch in batches:
            found |= self._match_batch(batch, deadline)
        return found

    def _match_batch(self, extens: Sequence[str], deadline: Deadline) -> dict[str, Entry]:
        """Return an entry for each number with one search, or with more if it finds too many or unexpected entries."""
        if len(extens) == 1:
            return self._match_each(extens, deadline)
        raw_entries = self._search(extens, deadline, MAX_CANDIDATES_OF_MANY)
        if len(raw_entries) >= MAX_CANDIDATES_OF_MANY:
            middle = len(extens) // 2
            return self._match_batch(extens[:middle], deadline) | self._match_batch(extens[middle:], deadline)
        found, is_explained = self._matches(extens, raw_entries)
        if not is_explained:
            found |= self._match_each([exten for exten in extens if exten not in found], deadline)
        return found

    def _match_each(self, extens: Sequence[str], deadline: Deadline) -> dict[str, Entry]:
        found = ((exten, self.first_match(exten, deadline)) for exten in extens)
        return {exten: entry for exten, entry in found if entry is not None}

    def _search(self, extens: Sequence[str], deadline: Deadline, size_limit: int) -> Sequence[RawEntry]:
        """Search once for the entries that have one of the numbers in one of its usual spellings."""
        all_spellings = [spelling for exten in extens for spelling in self._spellings(exten)]
        search_filter = self._filters.match(all_spellings, self._columns.names)
        found = self._query(search_filter, self._entries.attributes_with_numbers, deadline, size_limit)
        self._columns.learn(deadline)  # after the answer: no server is asked twice while it is down
        return found

    def _matches(
        self, extens: Sequence[str], raw_entries: Sequence[RawEntry]
    ) -> tuple[dict[str, Entry], bool]:
        """Return the entry of each number that has it at the lowest rank, the first of several.

        The server may also have matched a spelling that means another number at this tenant. Its own rule for equal
        numbers is exact.

        Returns:
            The entries, and whether each of `raw_entries` has one of the numbers.
        """
        requested = RequestedNumbers(requested_number(exten, self._dial_plan()) for exten in extens)
        equal: dict[str, list[str]] = {}
        for exten in extens:
            equal.setdefault(number_key(exten.casefold()), []).append(exten)
        found: dict[str, tuple[int, Entry]] = {}
        is_explained = True
        for raw in raw_entries:
            entry, numbers = self._entries.entry(raw), self._entries.numbers(raw)
            ranks = requested.ranks(numbers)
            for number in numbers:
                ranks.update(dict.fromkeys(equal.get(number_key(number.casefold()), ()), MatchRank.EXACT))
            is_explained = is_explained and bool(ranks)
            for exten, rank in ranks.items():
                if exten not in found or rank < found[exten][0]:
                    found[exten] = (rank, entry)
        entries = {
            exten: AlternateSpelling(entry, rank) if rank else entry for exten, (rank, entry) in found.items()
        }
        return entries, is_explained

    def _spellings(self, exten: str) -> tuple[str, ...]:
        return spellings(exten, self._dial_plan())
