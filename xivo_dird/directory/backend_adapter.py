"""Adapters that give both kinds of backends, `QueryBackend` and `SnapshotBackend`, one method: `answer`.

Only the adapters distinguish the types of questions.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from xivo_dird.backend import Entry, QueryBackend, SnapshotBackend, SourceOptions
from xivo_dird.caller import Caller
from xivo_dird.directory.question import (
    Fetch,
    FirstMatch,
    Question,
    Search,
    SearchSimilar,
    SearchTyped,
    TextSearch,
)
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.snapshot import Snapshot, SnapshotState
from xivo_dird.threads.deadline import Deadline


class BackendAdapter(Protocol):
    """A backend as its source uses it; shared by threads."""

    @property
    def is_blocking(self) -> bool:
        """Return True if `answer` may block at present, so that it must be called on a worker."""

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question.

        Raises:
            Exception: Whatever the backend raises.
        """

    def state(self) -> SnapshotState | None:
        """Return the state of the index, or None if there is no index."""

    def close(self) -> None:
        """Close the backend, without waiting for a call that hangs in it."""


class QueryBackendAdapter:
    """Sends each question to a `QueryBackend`, whose socket timeouts limit a call, not the deadline."""

    def __init__(self, backend: QueryBackend[SourceOptions]) -> None:
        """Create an adapter of `backend`."""
        self._backend = backend
        self.is_blocking = backend.is_blocking

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Iterable[Entry]:  # noqa: ARG002
        """Return the entries that answer a question."""
        backend = self._backend
        match question:
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

    def state(self) -> None:
        """Return None: there is no index."""

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()


class SnapshotBackendAdapter:
    """Answers questions from the index of a `SnapshotBackend`."""

    def __init__(self, backend: SnapshotBackend[SourceOptions], snapshot: Snapshot) -> None:
        """Start the first load of `snapshot`, the index of `backend`."""
        self._dial_plan = backend.environment.dial_plan
        self._has_searched_columns = bool(backend.options.searched_columns)
        self._snapshot = snapshot
        snapshot.warm()

    @property
    def is_blocking(self) -> bool:
        """Return True while there is no index, unless the directory is known to be missing."""
        return not self._snapshot.is_ready

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question.

        There are none while the directory is missing, and for a text if the source has no searched columns.
        """
        if not self._has_searched_columns and isinstance(question, TextSearch):
            return ()
        return self._snapshot.ask(self._index_query(question), caller, deadline) or ()

    def state(self) -> SnapshotState:
        """Return the state of the index."""
        return self._snapshot.state()

    def close(self) -> None:
        """Close the index, then the backend."""
        self._snapshot.close()

    def _index_query(self, question: Question) -> Callable[[IndexReader], Sequence[Entry]]:
        match question:
            case Search(term):
                plan = self._dial_plan()
                return lambda reader: reader.search(term, plan)
            case SearchTyped(digits):
                plan = self._dial_plan()
                return lambda reader: reader.search_typed(digits, plan)
            case SearchSimilar(term):
                return lambda reader: reader.search_similar(term)
            case FirstMatch(exten):
                plan = self._dial_plan()
                return lambda reader: _to_tuple(reader.first_match(exten, plan))
            case Fetch(ids):
                return lambda reader: reader.fetch(ids)


def _to_tuple(entry: Entry | None) -> tuple[Entry, ...]:
    return () if entry is None else (entry,)
