"""Sends the questions of a source to its `QueryBackend`."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from xivo_dird.backend import Entry, QueryBackend, SourceOptions, SourceUnavailable
from xivo_dird.caller import Caller
from xivo_dird.directory.backend_adapter import usable_entry
from xivo_dird.directory.listed_orders import ListedOrder, ListedOrders
from xivo_dird.directory.matches import Matches, match_each
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
from xivo_dird.exceptions import QuestionRefused
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline

MAX_ANSWER_ENTRIES = 250_000
"""Maximum number of entries in one answer of a `QueryBackend`: an iterator may have no end."""

MAX_SORTING_SECONDS = 60.0
"""Maximum time in which a `QueryBackend` lists its entries to be sorted."""

_NOT_LISTED = "its contacts can be searched, but not listed"


class QueryBackendAdapter:
    """Sends each question to a `QueryBackend`, whose socket timeouts limit a call, not the deadline."""

    is_busy = False
    fails_for_all = True
    answers_retired = True

    def __init__(
        self, backend: QueryBackend[SourceOptions], max_answer_entries: int = MAX_ANSWER_ENTRIES
    ) -> None:
        """Create an adapter of `backend`; an answer may have `max_answer_entries`."""
        self._backend = backend
        self._max_answer_entries = max_answer_entries
        self._orders = ListedOrders()
        self.is_blocking = backend.is_blocking

    def answer(self, question: EntryQuestion, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, with plain JSON values.

        They are counted while they are read, and no longer read when nobody can still wait for them, or when there are
        enough of them for the question.
        """
        abandoned = deadline.extended(deadline.timeout)
        entries = islice(self._ask(question, caller), entries_to_read(question))
        yield from self._usable(entries, abandoned)

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
        column = self._listed_column()
        page = self._listed(column, order, caller).page(
            question.from_key, question.skip, question.max_entries + 1
        )
        found = {str(entry.get(column)): entry for entry in self.answer(Fetch(page), caller, deadline)}
        return [found[id_] for id_ in page if id_ in found]

    def groups(self, order: EntryOrder, caller: Caller, deadline: Deadline) -> GroupCounts:  # noqa: ARG002
        """Return the groups of all entries in an order."""
        return self._listed(self._listed_column(), order, caller).groups

    def state(self) -> None:
        """Return None: there is no index."""

    def columns(self, caller: Caller, deadline: Deadline) -> None:
        """Return None: there is no index."""

    def retire(self) -> None:
        """Return at once: there is no background work."""

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()

    def _listed_column(self) -> str:
        column = self._backend.unique_column
        if column is None:
            raise QuestionRefused(_NOT_LISTED)
        return column

    def _listed(self, column: str, order: EntryOrder, caller: Caller) -> ListedOrder:
        version = self._backend.list_version(caller)
        if version is None:
            raise QuestionRefused(_NOT_LISTED)
        # A list that takes longer than its caller waits is of use to the next one.
        sorting = Deadline.after(MAX_SORTING_SECONDS)

        def read() -> ListedOrder:
            entries = self._usable(self._backend.list_entries(caller), sorting)
            return ListedOrder.of_entries(entries, order, column, sorting)

        owner = (caller.tenant_uuid, caller.user_uuid)
        return self._orders.get((owner, order.order, order.format_columns), version, read)

    def _usable(self, entries: Iterable[Entry], abandoned: Deadline) -> Iterator[Entry]:
        for count, entry in enumerate(entries, 1):
            if count > self._max_answer_entries:
                raise SourceUnavailable(f"the answer has more than {self._max_answer_entries} entries")
            if abandoned.is_expired:
                raise SourceUnavailable(f"the answer takes more than {abandoned.timeout:g} s")
            yield usable_entry(entry)

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
