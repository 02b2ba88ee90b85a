"""Where the entries of a source come from: a backend that is asked itself, or the index over one that is listed.

Both answer by one method, the only places where a question is taken apart.
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


class AskedBackend(Protocol):
    """What a source asks; shared by threads."""

    @property
    def waits(self) -> bool:
        """Whether an answer may need waiting at the moment, so that a worker has to ask."""

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question. Raises whatever the backend raises."""

    def state(self) -> SnapshotState | None:
        """Return what the index holds, None where there is no index."""

    def close(self) -> None:
        """Close the backend; a call that hangs in it is not waited for."""


class QueriedBackend:
    """A `QueryBackend`. Its own sockets limit how long it takes, whatever the deadline."""

    def __init__(self, backend: QueryBackend[SourceOptions]) -> None:
        """Ask `backend`."""
        self._backend = backend
        self.waits = backend.waits

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
                return _one_or_none(backend.first_match(exten, caller))
            case Fetch(ids):
                return backend.fetch(ids, caller)

    def state(self) -> None:
        """Return None: there is no index."""

    def close(self) -> None:
        """Close the backend."""
        self._backend.close()


class IndexedBackend:
    """The index over a `SnapshotBackend`; its first load is started at once."""

    def __init__(self, backend: SnapshotBackend[SourceOptions], snapshot: Snapshot) -> None:
        """Ask `snapshot`, the index over `backend`."""
        self._country = backend.environment.country
        self._is_searched = bool(backend.options.searched_columns)
        self._snapshot = snapshot
        snapshot.warm()

    @property
    def waits(self) -> bool:
        """Whether the first load is not over."""
        return not self._snapshot.ready

    def answer(self, question: Question, caller: Caller, deadline: Deadline) -> Iterable[Entry]:
        """Return the entries that answer a question; none while the directory is gone."""
        if not self._is_searched and isinstance(question, TextSearch):
            return ()
        return self._snapshot.ask(self._reading(question), caller, deadline) or ()

    def state(self) -> SnapshotState:
        """Return what the index holds."""
        return self._snapshot.state()

    def close(self) -> None:
        """Close the index, then the backend."""
        self._snapshot.close()

    def _reading(self, question: Question) -> Callable[[IndexReader], Sequence[Entry]]:
        match question:
            case Search(term):
                return lambda reader: reader.search(term)
            case SearchTyped(digits):
                return lambda reader: reader.search_typed(digits)
            case SearchSimilar(term):
                return lambda reader: reader.search_similar(term)
            case FirstMatch(exten):
                country = self._country()
                return lambda reader: _one_or_none(reader.first_match(exten, country))
            case Fetch(ids):
                return lambda reader: reader.fetch(ids)


def _one_or_none(entry: Entry | None) -> tuple[Entry, ...]:
    return () if entry is None else (entry,)
