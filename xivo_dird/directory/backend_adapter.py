"""Adapters that give both kinds of backends, `QueryBackend` and `SnapshotBackend`, the same two methods.

Only the adapters distinguish the types of questions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol

from xivo_dird.backend import Entry, QueryBackend, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird.caller import Caller
from xivo_dird.directory.matches import Matches, match_each
from xivo_dird.directory.question import (
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
from xivo_dird.index.plain_entry import UnusableEntry, plain_entry
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.state import SnapshotState
from xivo_dird.index.user_snapshots import UserSnapshots
from xivo_dird.threads.deadline import Deadline

MAX_ANSWER_ENTRIES = 250_000
"""Maximum number of entries in one answer of a `QueryBackend`: an iterator may have no end."""

MAX_ANSWER_ENTRY_BYTES = 16 * 1024**2
"""Maximum size of an entry in such an answer."""


class BackendAdapter(Protocol):
    """A backend as its source uses it; shared by threads."""

    @property
    def is_blocking(self) -> bool:
        """Return True if an answer may block at present, so that a worker is needed."""

    @property
    def is_busy(self) -> bool:
        """Return True while background work runs or hangs."""

    @property
    def fails_for_all(self) -> bool:
        """Return True if a failure for one caller says that the source fails for all."""

    @property
    def answers_retired(self) -> bool:
        """Return True if it answers all questions also after `retire`."""

    def answer(self, question: EntryQuestion, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, at least the first `entries_to_read` of them.

        Raises:
            Exception: Whatever the backend raises.
        """

    def match_all(self, question: MatchAll, caller: Caller, deadline: Deadline) -> Matches:
        """Return the entry of each number.

        Raises:
            Exception: Whatever the backend raises.
        """

    def state(self) -> SnapshotState | None:
        """Return the state of the index, or None if there is no index."""

    def columns(self, caller: Caller, deadline: Deadline) -> Mapping[str, int] | None:
        """Return the number of entries with a value in each column; None if there is no index to count in.

        Raises:
            Exception: The index can't be read.
        """

    def retire(self) -> None:
        """Stop background work that serves no question: the source was replaced, and is closed soon."""

    def close(self) -> None:
        """Stop all background work, then close the backend itself, which may hang.

        Raises:
            Exception: Whatever the backend raises.
        """


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
        self.is_blocking = backend.is_blocking

    def answer(self, question: EntryQuestion, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question, with plain JSON values.

        They are counted while they are read, and no longer read when nobody can still wait for them, or when there are
        enough of them for the question.
        """
        abandoned = deadline.extended(deadline.timeout)
        entries = islice(self._ask(question, caller), entries_to_read(question))
        for count, entry in enumerate(entries, 1):
            if count > self._max_answer_entries:
                raise SourceUnavailable(f"the answer has more than {self._max_answer_entries} entries")
            if abandoned.is_expired:
                raise SourceUnavailable(f"the answer takes more than {abandoned.timeout:g} s")
            yield usable_entry(entry)

    def match_all(self, question: MatchAll, caller: Caller, deadline: Deadline) -> Matches:
        """Return the entry of each number, from one question or else from one per number."""
        found = self._backend.match_all(question.extens, caller)
        if found is None:
            return match_each(lambda exten: self._first_match(exten, caller), question.extens, deadline)
        if not isinstance(found, Mapping):
            raise SourceUnavailable(f"{type(found).__name__} where match_all returns a mapping")
        entries = ((exten, found.get(exten)) for exten in question.extens)
        return {exten: None if entry is None else usable_entry(entry) for exten, entry in entries}

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
                return _to_tuple(backend.first_match(exten, caller))
            case Fetch(ids):
                return backend.fetch(ids, caller)


class SnapshotBackendAdapter:
    """Answers questions from the index of a `SnapshotBackend`, or from the index of the user who asks."""

    def __init__(
        self,
        backend: SnapshotBackend[SourceOptions],
        index: Snapshot | UserSnapshots,
        threads: SnapshotThreads,
    ) -> None:
        """Start the first load of the index that all share.

        Args:
            backend: The backend, which is closed with the adapter.
            index: Its index, or the indexes of its users.
            threads: The threads of the index, which are closed with the adapter.
        """
        self._backend = backend
        self._dial_plan = backend.environment.dial_plan
        self._has_searched_columns = bool(backend.options.searched_columns)
        self._index = index
        self._threads = threads
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


def usable_entry(entry: Entry) -> Entry:
    """Return an entry of a plugin with plain JSON values.

    Raises:
        SourceUnavailable: It can't be shown.
    """
    try:
        return plain_entry(entry, MAX_ANSWER_ENTRY_BYTES)
    except UnusableEntry as error:
        raise SourceUnavailable(f"the backend answered what can't be used: {error}") from error


def _to_tuple(entry: Entry | None) -> tuple[Entry, ...]:
    return () if entry is None else (entry,)
