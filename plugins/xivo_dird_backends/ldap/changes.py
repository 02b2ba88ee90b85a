"""Keeps a copy of a directory in step: what was changed since the last run, and who is no longer there.

Active Directory numbers its changes; other servers store the time of the last change of an entry. Neither shows who was
deleted, moved or disabled, so the ids of all entries are listed as well.
"""

import json
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from xivo_dird.backend import CursorRefused, Deadline, SourceUnavailable, SyncPage
from xivo_dird_backends.ldap.connections import LdapConnection
from xivo_dird_backends.ldap.directory_state import DirectoryState, read_state
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.listed_entries import CHANGED_AT, TIME_FORMAT, ListedLdapEntries
from xivo_dird_backends.ldap.paging import pages
from xivo_dird_backends.ldap.result_codes import LIMITS_EXCEEDED, SUCCESS
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch

OVERLAP_SECONDS = 5.0
"""Seconds before the last change from which changes are read again: times of changes are whole seconds."""

MAX_IDS_PER_RUN = 20_000
"""Maximum number of entries whose ids are listed in each run; those of more are listed once an hour."""

COMPARISON_SECONDS = 3600.0


@dataclass(frozen=True)
class ChangeCursor:
    """Where the next run continues.

    Attributes:
        origin: The server and its database.
        since: The number of the first change to read, or the time of it (`TIME_FORMAT`).
        newest: The time of the newest change that was read; empty if changes have numbers.
        compared_at: When the ids of all entries were listed, in seconds since 1970.
        count: The number of entries at that time.
    """

    origin: str
    since: str
    newest: str
    compared_at: float
    count: int

    def is_comparison_due(self) -> bool:
        """Return True if the ids of all entries are to be listed."""
        age = time.time() - self.compared_at
        return self.count <= MAX_IDS_PER_RUN or not 0 <= age < COMPARISON_SECONDS

    def text(self) -> str:
        """Return the cursor as text."""
        return json.dumps([self.origin, self.since, self.newest, self.compared_at, self.count])

    @classmethod
    def parse(cls, text: str) -> "ChangeCursor":
        """Return the cursor with this text.

        Raises:
            CursorRefused: It is none.
        """
        try:
            origin, since, newest, compared_at, count = json.loads(text)
            return cls(str(origin), str(int(since)), str(newest), float(compared_at), int(count))
        except (TypeError, ValueError) as error:
            raise CursorRefused("the cursor is unreadable") from error


class DirectoryChanges:
    """One run on one connection."""

    def __init__(
        self, connection: LdapConnection, entries: ListedLdapEntries, search_filter: str, timeout: float
    ) -> None:
        """Store what is listed; nothing is asked yet.

        Args:
            connection: The connection, used for all pages.
            entries: Converts the entries.
            search_filter: The filter for everybody.
            timeout: Seconds that the server may take for a page.
        """
        self._connection = connection
        self._entries = entries
        self._filter = search_filter
        self._timeout = timeout
        self._started_at = time.monotonic()
        self._newest: datetime | None = None

    def everything(self) -> Iterator[SyncPage]:
        """Yield all entries.

        Raises:
            SourceUnavailable: The server fails, or its list has no end.
        """
        state, ids = self._state(), set[str]()
        for page in self._list(self._filter, self._entries.attributes):
            changes = self._changes(page.entries)
            new = {key for key, _ in changes} - ids
            if changes and not new:
                raise SourceUnavailable(f"{self._connection.server.uri} lists the same entries twice")
            ids |= new
            yield SyncPage(changes, incomplete=self._limit(page))
        yield SyncPage([], self._cursor(state, None, time.time(), len(ids)))

    def since(self, cursor: ChangeCursor, ids: Callable[[], Collection[str]]) -> Iterator[SyncPage]:
        """Yield the entries that were changed or added since a cursor, and the removed ones.

        Args:
            cursor: The cursor.
            ids: Returns the ids of the entries of the copy; called only if they are compared, before the first page.

        Raises:
            CursorRefused: Another server answers, it was restored from a backup, or it lists an entry that came
                without a change, as with a folder that was moved, or late from another server.
            SourceUnavailable: The server fails.
        """
        state, known = self._state(), ids() if cursor.is_comparison_due() else None
        if cursor.origin != state.origin or (state.usn is not None and int(cursor.since) > state.usn + 1):
            raise CursorRefused(f"{self._connection.server.uri} is not the server of the last run")
        condition = (
            f"uSNChanged>={cursor.since}" if state.usn is not None else f"{CHANGED_AT}>={cursor.since}Z"
        )
        changed: set[str] = set()
        for page in self._list(f"(&{self._filter}({condition}))", self._entries.attributes):
            changes = self._changes(page.entries)
            changed.update(key for key, _ in changes)
            yield SyncPage(changes, incomplete=self._limit(page))
        compared_at, count = cursor.compared_at, cursor.count
        if known is not None:
            yield self._removals(known, changed)
            compared_at, count = time.time(), len(known)
        yield SyncPage([], self._cursor(state, cursor, compared_at, count))

    def _removals(self, known: Collection[str], changed: Collection[str]) -> SyncPage:
        """Return the removal of those entries that the server no longer lists; of none if it lists only a part.

        Raises:
            CursorRefused: It lists an entry that is neither known nor changed.
            SourceUnavailable: The server fails.
        """
        present: set[str] = set()
        for page in self._list(self._filter, self._entries.id_attributes):
            present |= {self._entries.id(raw) for raw in page.entries}
            if page.code != SUCCESS:
                return SyncPage([], incomplete=self._limit(page))
        if not present.issubset({*known, *changed}):
            raise CursorRefused(f"{self._place}: there are entries without a change that are not known")
        return SyncPage([(key, None) for key in known if key not in present])

    def _cursor(
        self, state: DirectoryState, last: ChangeCursor | None, compared_at: float, count: int
    ) -> str | None:
        """Return the cursor after this run, None if the server does not say when entries were changed."""
        since, newest = (str(state.usn + 1), "") if state.usn is not None else self._times(last)
        return ChangeCursor(state.origin, since, newest, compared_at, count).text() if since else None

    def _times(self, last: ChangeCursor | None) -> tuple[str, str]:
        """Return the time from which changes are read, and that of the newest one.

        An entry may be changed after its page was read, so changes are read again from the beginning of the run: the
        newest change is at most as old as the run. This holds whatever the clock of the server shows. If the newest
        change is still that of the last run, the clock has passed it.
        """
        if self._newest is None:
            return (last.since, last.newest) if last else ("", "")
        newest = self._newest.strftime(TIME_FORMAT)
        if last is not None and newest == last.newest:
            return (self._newest + timedelta(seconds=1)).strftime(TIME_FORMAT), newest
        overlap = timedelta(seconds=time.monotonic() - self._started_at + OVERLAP_SECONDS)
        since = (self._newest - overlap).strftime(TIME_FORMAT)
        return max(since, last.since if last else ""), newest

    def _changes(self, entries: Sequence[RawEntry]) -> list[tuple[str, dict[str, object] | None]]:
        found: list[tuple[str, dict[str, object] | None]] = []
        for raw in entries:
            entry = self._entries.read(raw)
            found.append((entry.id, dict(entry.fields)))
            if entry.changed_at is not None:
                self._newest = max(entry.changed_at, self._newest or datetime.min.replace(tzinfo=UTC))
        return found

    def _state(self) -> DirectoryState:
        return read_state(self._connection, Deadline.after(self._timeout))

    def _list(self, search_filter: str, attributes: tuple[str, ...]) -> Iterator[LdapResult]:
        """Yield the pages of a list; the last one says whether it is complete.

        Raises:
            SourceUnavailable: The server fails.
        """
        request = LdapSearch(search_filter, attributes)
        for page in pages(self._connection, request, lambda: Deadline.after(self._timeout)):
            if page.code != SUCCESS and page.code not in LIMITS_EXCEEDED:
                raise SourceUnavailable(f"{self._place}: {page.description}")
            yield page

    def _limit(self, page: LdapResult) -> str | None:
        """Return why a list ends with this page though there is more."""
        return None if page.code == SUCCESS else f"{self._place}: {page.description}"

    @property
    def _place(self) -> str:
        server = self._connection.server
        return f"{server.uri}: list below {server.base_dn!r}"
