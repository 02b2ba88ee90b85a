"""The pages in which a server lists a directory, or what has changed in it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from xivo_dird.exceptions import SourceUnavailable

MAX_PAGES = 10_000
"""Maximum number of pages of one list; the smallest pages in use have ten entries."""

MAX_LIST_SECONDS = 6 * 3600.0
"""Seconds that one list may take: each page may arrive just before the timeout of its request."""

RawEntry = Mapping[str, object]


class CursorRefused(SourceUnavailable):
    """The server no longer knows the cursor; everything has to be fetched again."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that can't be used, such as a broken card: it is counted, and shown on the status page.

    Attributes:
        reason: What is wrong with it, and where it is, for the administrator.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class SyncPage:
    """A page.

    Attributes:
        changes: The id of an entry and its whole content, None if it was removed. Of several changes of an entry the
            last one counts.
        cursor: Where the next run continues. Only that of the last page counts; None: the next run fetches everything.
        incomplete: Why the server has left out a part of what was asked for (a size limit, a folder that it refuses),
            for the administrator; None: it has not. Then nobody is removed who is only absent from the list, and the
            next run starts where this one did.
    """

    changes: Sequence[tuple[str, RawEntry | LeftOut | None]]
    cursor: str | None = None
    incomplete: str | None = None


FetchPages = Callable[[str | None], Iterable[SyncPage]]
"""Yields the pages of what has changed since a cursor, or of everything (None). It ends normally only if they are all.

Raises:
    CursorRefused: The server no longer knows the cursor.
    Exception: The list is incomplete.
"""


class PageGuard:
    """Detects lists without an end: a server that links to the same page again and again, or to too many."""

    def __init__(
        self, server: str, max_pages: int = MAX_PAGES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Create a guard for one list, which begins now.

        Args:
            server: The server, for errors.
            max_pages: Maximum number of pages.
            clock: Returns the time in seconds.
        """
        self._clock = clock
        self._ends_at = clock() + MAX_LIST_SECONDS
        self._server = server
        self._max_pages = max_pages
        self._seen: set[str] = set()

    def check(self, link: str) -> str:
        """Return the link to the next page.

        Raises:
            SourceUnavailable: It was followed before, too many were, or they took too long.
        """
        if self._clock() > self._ends_at:
            raise SourceUnavailable(
                f"{self._server} takes more than {MAX_LIST_SECONDS:g} s to list its pages"
            )
        if link in self._seen:
            raise SourceUnavailable(f"{self._server} links to the same page twice")
        if len(self._seen) + 1 >= self._max_pages:
            raise SourceUnavailable(f"{self._server} has more than {self._max_pages} pages")
        self._seen.add(link)
        return link
