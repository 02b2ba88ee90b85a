"""Opening a source: its backend is made by the first question, in the worker that asks, so it may hang or fail."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from xivo_dird.backend import Entry, QueryBackend, SourceOptions
from xivo_dird.caller import Caller
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.question import Directory
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.index.snapshot import SnapshotState


class Opened(NamedTuple):
    """A directory that can be asked; `waits` tells whether that may need waiting at the moment.

    `state` tells what its index holds, None where there is no index.
    """

    directory: Directory
    contact_format: ContactFormat
    waits: Callable[[], bool]
    state: Callable[[], SnapshotState | None]
    close: Callable[[], None]


class Opening:
    """Makes one `Opened` out of a source, again at each question until that succeeds."""

    def __init__(self, make: Callable[[], Opened]) -> None:
        """`make` may wait and may raise."""
        self._make = make
        self._lock = threading.Lock()
        self._closed = False
        self.opened: Opened | None = None

    @property
    def waits(self) -> bool:
        """Whether a question may need waiting now; True while the source is not open yet."""
        return self.opened is None or self.opened.waits()

    def get(self) -> Opened:
        """Answer the opened directory. Raises what `make` raises."""
        if self.opened is not None:
            return self.opened
        with self._lock:
            if self.opened is None:
                self.opened = self._make()
            if self._closed:
                self.opened.close()
                raise SourceUnavailable("the source is being closed")
            return self.opened

    def close(self) -> None:
        """Close what is open; an opening that hangs is not waited for and closes itself when it ends."""
        self._closed = True
        if self.opened is not None:
            self.opened.close()


class QueryDirectory:
    """A `QueryBackend` as a directory: its time limits are its own sockets'."""

    def __init__(self, backend: QueryBackend[SourceOptions]) -> None:
        """Ask `backend`."""
        self._backend = backend

    def search(self, term: str, caller: Caller, timeout: float) -> Iterable[Entry]:  # noqa: ARG002
        """Find the entries with `term` in a searched column."""
        return self._backend.search(term, caller)

    def search_typed(self, digits: str, caller: Caller, timeout: float) -> Iterable[Entry]:  # noqa: ARG002
        """Find the entries that `digits` may mean, typed on a keypad."""
        return self._backend.search_typed(digits, caller)

    def search_similar(self, term: str, caller: Caller, timeout: float) -> Iterable[Entry]:  # noqa: ARG002
        """Find the entries with nearly `term` in a searched column."""
        return self._backend.search_similar(term, caller)

    def first_match(self, exten: str, caller: Caller, timeout: float) -> Entry | None:  # noqa: ARG002
        """Find one entry with the number `exten`."""
        return self._backend.first_match(exten, caller)

    def fetch(self, ids: Sequence[str], caller: Caller, timeout: float) -> Iterable[Entry]:  # noqa: ARG002
        """List the entries with these ids."""
        return self._backend.fetch(ids, caller)
