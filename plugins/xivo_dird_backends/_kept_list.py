"""The list of a server that has no version of its contacts: read for lists without a term, and kept for a while."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from threading import Lock
from typing import TypeVar

from typing_extensions import override

from xivo_dird.backend import Caller, Entry, QueryBackend, SourceOptions

OptionsT = TypeVar("OptionsT", bound=SourceOptions)

KEEP_SECONDS = 60.0
"""Seconds after which a list is read again: a change on the server is shown that late."""


class KeptList:
    """All entries of a server. Threads may share an instance."""

    def __init__(
        self,
        unique_column: str,
        read: Callable[[], Iterable[Entry]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read nothing yet.

        Args:
            unique_column: The field that identifies an entry.
            read: Returns all entries.
            clock: Returns the time in seconds.
        """
        self._unique_column = unique_column
        self._read = read
        self._clock = clock
        self._lock = Lock()
        self._number = 0
        self._ends_at = clock()
        self._kept: Mapping[str, Entry] | None = None

    def version(self) -> str:
        """Return a text that changes when the list has been kept for `KEEP_SECONDS`."""
        with self._lock:
            now = self._clock()
            if now >= self._ends_at:
                self._number += 1
                self._ends_at = now + KEEP_SECONDS
                self._kept = None
            return str(self._number)

    def entries(self) -> Collection[Entry]:
        """Return all entries that have an id.

        Raises:
            Exception: Whatever reading them raises.
        """
        return self._by_id().values()

    def find(self, ids: Sequence[str]) -> list[Entry]:
        """Return the entries with these ids, as they were when the list was read.

        Raises:
            Exception: Whatever reading them raises.
        """
        by_id = self._by_id()
        return [by_id[id_] for id_ in ids if id_ in by_id]

    def _by_id(self) -> Mapping[str, Entry]:
        number, kept = self._number, self._kept
        if kept is None:
            ids_and_entries = ((entry.get(self._unique_column), entry) for entry in self._read())
            kept = {str(id_): entry for id_, entry in ids_and_entries if id_ is not None}
            with self._lock:
                if number == self._number:
                    self._kept = kept
        return kept


class KeptListBackend(QueryBackend[OptionsT]):
    """A backend that lists the contacts of a server, whose pages need no further request."""

    kept_list: KeptList | None = None
    """The list; None if the server has none, or its entries no id."""

    @override
    def list_version(self, caller: Caller) -> str | None:
        """Return a text that changes after a while; None without a list."""
        return None if self.kept_list is None else self.kept_list.version()

    @override
    def list_entries(self, caller: Caller) -> Iterable[Entry]:
        """Return the entries of the list."""
        return () if self.kept_list is None else self.kept_list.entries()

    @override
    def fetch_listed(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the entries of a page without a request."""
        return () if self.kept_list is None else self.kept_list.find(ids)
