"""Answers the questions of a source from the index of its `SnapshotBackend`."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from xivo_dird.backend import Entry, SnapshotBackend, SourceOptions
from xivo_dird.caller import Caller
from xivo_dird.directory.matches import Matches
from xivo_dird.directory.question import (
    Browse,
    EntryQuestion,
    Fetch,
    FirstMatch,
    MatchAll,
    Search,
    SearchSimilar,
    SearchTyped,
    TextSearch,
    entries_to_read,
)
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, IndexLimits
from xivo_dird.index.order_file import OrderFile
from xivo_dird.index.orders import IndexOrders
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.state import SnapshotState
from xivo_dird.index.user_snapshots import UserSnapshots
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline


class SnapshotBackendAdapter:
    """Answers questions from the index of a `SnapshotBackend`, or from the index of the user who asks."""

    def __init__(
        self,
        backend: SnapshotBackend[SourceOptions],
        index: Snapshot | UserSnapshots,
        threads: SnapshotThreads,
        index_limits: IndexLimits = DEFAULT_INDEX_LIMITS,
    ) -> None:
        """Start the first load of the index that all share.

        Args:
            backend: The backend, which is closed with the adapter.
            index: Its index, or the indexes of its users.
            threads: The threads of the index, which are closed with the adapter.
            index_limits: The limits of the index.
        """
        self._backend = backend
        self._dial_plan = backend.environment.dial_plan
        self._has_searched_columns = bool(backend.options.searched_columns)
        self._index = index
        self._threads = threads
        self._orders = IndexOrders(index_limits)
        self.fails_for_all = isinstance(index, Snapshot)
        if isinstance(index, Snapshot):
            index.warm()

    @property
    def is_blocking(self) -> bool:
        """Return True while there is no index, unless the directory is known to be missing; always with users."""
        return not (isinstance(self._index, Snapshot) and self._index.is_ready)

    @property
    def answers_retired(self) -> bool:
        """Return True once nothing needs to be loaded for an answer."""
        return not self.is_blocking

    @property
    def is_busy(self) -> bool:
        """Return True while the index is built or checked, or such work hangs."""
        return self._threads.is_busy

    def answer(self, question: EntryQuestion, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question.

        There are none while the directory is missing, and for a text if the source has no searched columns.
        """
        if not self._has_searched_columns and isinstance(question, TextSearch):
            return ()
        return self._index.ask(self._index_query(question, deadline), caller, deadline) or ()

    def match_all(self, question: MatchAll, caller: Caller, deadline: Deadline) -> Matches:
        """Return the entry of each number, none while the directory is missing."""
        extens, plan, takes_last = question.extens, self._dial_plan(), self._backend.match_all_takes_last

        def read(reader: IndexReader) -> Mapping[str, Entry]:
            return reader.match_all(extens, plan, deadline, takes_last=takes_last)

        return {**dict.fromkeys(extens), **(self._index.ask(read, caller, deadline) or {})}

    def browse(
        self, order: EntryOrder, question: Browse, caller: Caller, deadline: Deadline
    ) -> Iterable[Entry]:
        """Return the entries that come next in an order, none while the directory is missing."""
        count = question.max_entries + 1

        def read(reader: IndexReader) -> Sequence[Entry]:
            numbers = self._orders.read(
                reader, order, lambda file: file.page(question.from_key, question.skip, count), deadline
            )
            return reader.entries(numbers)

        return self._index.ask(read, caller, deadline) or ()

    def groups(self, order: EntryOrder, caller: Caller, deadline: Deadline) -> GroupCounts:
        """Return the groups of all entries in an order, none while the directory is missing."""

        def read(reader: IndexReader) -> GroupCounts:
            return self._orders.read(reader, order, OrderFile.groups, deadline)

        return self._index.ask(read, caller, deadline) or GroupCounts()

    def state(self) -> SnapshotState:
        """Return the state of the index."""
        return self._index.state()

    def columns(self, caller: Caller, deadline: Deadline) -> Mapping[str, int]:
        """Return the number of entries with a value in each column."""
        return self._index.ask(lambda reader: reader.columns(deadline), caller, deadline) or {}

    def retire(self) -> None:
        """Stop refreshing."""
        self._index.retire()
        self._threads.end_idle()

    def close(self) -> None:
        """Close the index, then the backend."""
        self._orders.close()
        self._index.close()
        self._threads.close()
        self._backend.close()

    def _index_query(
        self, question: EntryQuestion, deadline: Deadline
    ) -> Callable[[IndexReader], Sequence[Entry]]:
        count = entries_to_read(question)
        match question:
            case Search(term):
                plan = self._dial_plan()
                return lambda reader: reader.search(term, plan, deadline, count)
            case SearchTyped(digits):
                plan = self._dial_plan()
                return lambda reader: reader.search_typed(digits, plan, deadline, count)
            case SearchSimilar(term):
                return lambda reader: reader.search_similar(term, deadline=deadline, max_entries=count)
            case FirstMatch(exten):
                plan = self._dial_plan()
                return lambda reader: _to_tuple(reader.first_match(exten, plan))
            case Fetch(ids):
                return lambda reader: reader.fetch(ids)


def _to_tuple(entry: Entry | None) -> tuple[Entry, ...]:
    return () if entry is None else (entry,)
