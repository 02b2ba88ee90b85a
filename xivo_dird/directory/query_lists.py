"""Lists the entries of a `QueryBackend` without a term, in an order and by pages, from their ids."""

from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import closing, nullcontext
from hashlib import blake2b
from itertools import count, islice
from typing import NamedTuple

from xivo_dird.backend import Entry, QueryBackend, SourceOptions, SourceUnavailable
from xivo_dird.caller import Caller
from xivo_dird.directory.backend_adapter import usable_entries
from xivo_dird.directory.listed_order import ListedOrder
from xivo_dird.directory.listed_orders import ListedOrders, VersionedOrder
from xivo_dird.directory.question import Browse, entries_to_read
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.exceptions import QuestionRefused
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

MAX_SORTING_SECONDS = 60.0
"""Maximum time in which a backend lists its entries to be sorted."""

MAX_ATTEMPTS = 3
"""Maximum number of times that a page is read while its entries are changed."""

MAX_VERSION_CHARACTERS = 200
"""Maximum length of a version that is kept as it is; of a longer one its hash is kept."""

_NOT_LISTED = "its contacts can be searched, but not listed"

_numbers = count()
"""The numbers of instances, whose orders are in a common cache."""


class _ReadPage(NamedTuple):
    """The entries of a page, and whether an entry was changed or removed after all were sorted."""

    entries: list[Entry]
    has_changed: bool


class QueryLists:
    """The lists of the entries of one backend. Threads may share an instance."""

    def __init__(
        self,
        backend: QueryBackend[SourceOptions],
        orders: ListedOrders,
        max_entries: int,
        max_seconds: float = MAX_SORTING_SECONDS,
    ) -> None:
        """List nothing yet.

        Args:
            backend: Lists its entries.
            orders: The cache of orders.
            max_entries: Maximum number of entries of a list.
            max_seconds: Maximum time in which they are listed.
        """
        self._backend = backend
        self._orders = orders
        self._max_entries = max_entries
        self._max_seconds = max_seconds
        self._number = next(_numbers)

    def browse(
        self, order: EntryOrder, question: Browse, caller: Caller, deadline: Deadline
    ) -> Iterable[Entry]:
        """Return the entries that come next in an order, at least the first `entries_to_read` of them.

        If one of them was changed or removed after all were sorted, they are sorted again. If that happens again and
        again, or the version of the list is still the same, such entries are left out.
        """
        for _ in range(MAX_ATTEMPTS):
            version, listed = self._listed(order, caller, deadline)
            page = self._page(listed, order, question, caller, deadline)
            if not page.has_changed or self._version(caller) == version:
                break
        return page.entries

    def groups(self, order: EntryOrder, caller: Caller, deadline: Deadline) -> GroupCounts:
        """Return a copy of the groups of all entries in an order."""
        groups = self._listed(order, caller, deadline).order.groups
        return GroupCounts(None if groups.values is None else dict(groups.values), Counter(groups.initials))

    def _page(
        self, listed: ListedOrder, order: EntryOrder, question: Browse, caller: Caller, deadline: Deadline
    ) -> _ReadPage:
        """Return a page; entries that are gone do not make it shorter."""
        wanted, column = entries_to_read(question), self._unique_column
        upcoming = listed.entries_from(question.from_key, question.skip)
        entries: list[Entry] = []
        has_changed = False
        while batch := list(islice(upcoming, None if wanted is None else wanted - len(entries))):
            if deadline.is_expired:
                raise DeadlinePassed(f"no complete answer within {deadline.timeout:g} s")
            fetched = self._backend.fetch_listed([one.id for one in batch], caller)
            usable = usable_entries(fetched, self._max_entries, deadline.extended(deadline.timeout))
            found = {str(entry.get(column)): entry for entry in usable}
            unchanged = [
                found[id_] for key, id_ in batch if id_ in found and order.key_and_text(found[id_])[0] == key
            ]
            has_changed = has_changed or len(unchanged) < len(batch)
            entries += unchanged
        return _ReadPage(entries, has_changed)

    def _listed(self, order: EntryOrder, caller: Caller, deadline: Deadline) -> VersionedOrder:
        """Return all entries of a caller in an order.

        Entries whose sorting takes longer than this caller waits are of use to the next one.
        """
        column = self._unique_column

        def read() -> ListedOrder:
            abandoned = Deadline.after(self._max_seconds)
            entries = self._backend.list_entries(caller)
            with closing(entries) if isinstance(entries, Generator) else nullcontext():
                usable = usable_entries(entries, self._max_entries, abandoned)
                return ListedOrder.of_entries(usable, order, column)

        owner = None if self._backend.is_caller_independent else caller
        key = (self._number, owner, order.order, order.format_columns)
        return self._orders.get(key, lambda: self._version(caller), read, deadline)

    @property
    def _unique_column(self) -> str:
        column = self._backend.unique_column
        if column is None:
            raise QuestionRefused(_NOT_LISTED)
        return column

    def _version(self, caller: Caller) -> str:
        """Return the version of the list of a caller."""
        version = self._backend.list_version(caller)
        if version is None:
            raise QuestionRefused(_NOT_LISTED)
        if not isinstance(version, str):
            raise SourceUnavailable(f"the version of its list is a {type(version).__name__}, not a text")
        if len(version) <= MAX_VERSION_CHARACTERS:
            return version
        return blake2b(version.encode(errors="surrogatepass"), digest_size=16).hexdigest()
