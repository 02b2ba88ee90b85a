"""Sends the questions of a source to its `QueryBackend`."""

from collections.abc import Iterable, Mapping
from itertools import islice

from xivo_dird.backend import MAX_LISTED_ENTRIES, Entry, QueryBackend, SourceOptions, SourceUnavailable
from xivo_dird.caller import Caller
from xivo_dird.directory.backend_adapter import usable_entries, usable_entry
from xivo_dird.directory.listed_orders import ListedOrders
from xivo_dird.directory.matches import Matches, match_each
from xivo_dird.directory.query_lists import QueryLists
from xivo_dird.directory.question import (
    Browse,
    EntryQuestion,
    Fetch,
    FirstMatch,
    MatchAll,
    Search,
    SearchSimilar,
    SearchTyped,
    entries_to_read,
)
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline

MAX_ANSWER_ENTRIES = MAX_LISTED_ENTRIES
"""Maximum number of entries in one answer of a `QueryBackend`: an iterator may have no end."""


class QueryBackendAdapter:
    """Sends each question to a `QueryBackend`, whose socket timeouts limit a call, not the deadline."""

    is_busy = False
    fails_for_all = True
    answers_retired = True

    def __init__(
        self,
        backend: QueryBackend[SourceOptions],
        max_answer_entries: int = MAX_ANSWER_ENTRIES,
        orders: ListedOrders | None = None,
    ) -> None:
        """Create an adapter of `backend`.

        Args:
            backend: Answers the questions.
            max_answer_entries: Maximum number of entries in an answer.
            orders: The cache of orders, which several adapters may share; None for one of its own.
        """
        self._backend = backend
        self._max_answer_entries = max_answer_entries
        self._lists = QueryLists(backend, ListedOrders() if orders is None else orders, max_answer_entries)
        self.is_blocking = backend.is_blocking

    def answer(self, question: EntryQuestion, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, with plain JSON values.

        They are counted while they are read, and no longer read when nobody can still wait for them, or when there are
        enough of them for the question.
        """
        entries = islice(self._ask(question, caller), entries_to_read(question))
        yield from usable_entries(entries, self._max_answer_entries, deadline.extended(deadline.timeout))

    def match_all(self, question: MatchAll, caller: Caller, deadline: Deadline) -> Matches:
        """Return the entry of each number, from one question or else from one per number."""
        found = self._backend.match_all(question.extens, caller)
        if found is None:
            return match_each(lambda exten: self._first_match(exten, caller), question.extens, deadline)
        if not isinstance(found, Mapping):
            raise SourceUnavailable(f"{type(found).__name__} where match_all returns a mapping")
        entries = ((exten, found.get(exten)) for exten in question.extens)
        return {exten: None if entry is None else usable_entry(entry) for exten, entry in entries}

    def browse(
        self, order: EntryOrder, question: Browse, caller: Caller, deadline: Deadline
    ) -> Iterable[Entry]:
        """Return the entries that come next in an order; the order of all is kept while they do not change."""
        return self._lists.browse(order, question, caller, deadline)

    def groups(self, order: EntryOrder, caller: Caller, deadline: Deadline) -> GroupCounts:
        """Return the groups of all entries in an order."""
        return self._lists.groups(order, caller, deadline)

    def state(self) -> None:
        """Return None: there is no index."""

    def columns(self, caller: Caller, deadline: Deadline) -> None:
        """Return None: there is no index."""

    def retire(self) -> None:
        """Return at once: there is no background work."""

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()

    def _first_match(self, exten: str, caller: Caller) -> Entry | None:
        entry = self._backend.first_match(exten, caller)
        return None if entry is None else usable_entry(entry)

    def _ask(self, question: EntryQuestion, caller: Caller) -> Iterable[Entry]:
        backend, count = self._backend, entries_to_read(question)
        match question:
            case Search(term) if count is not None:
                return backend.search_limited(term, caller, count)
            case Search(term):
                return backend.search(term, caller)
            case SearchTyped(digits):
                return backend.search_typed(digits, caller)
            case SearchSimilar(term):
                return backend.search_similar(term, caller)
            case FirstMatch(exten):
                entry = backend.first_match(exten, caller)
                return () if entry is None else (entry,)
            case Fetch(ids):
                return backend.fetch(ids, caller)
