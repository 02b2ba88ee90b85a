"""Reads all address books of a source; an error of one does not concern the others."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from xivo_dird.backend import ReadReport, RequestFailed, SourceUnavailable, SyncedEntries, SyncPage, SyncState
from xivo_dird_backends.carddav.book_state import BookState, PersonIds, cursor_of, parse_states
from xivo_dird_backends.carddav.book_sync import BookSync
from xivo_dird_backends.carddav.discovery import AddressBook, Discovery, names_of, select_books
from xivo_dird_backends.carddav.options import CarddavOptions
from xivo_dird_backends.carddav.web_dav import DavClient, UnusableAnswer

logger = logging.getLogger(__name__)


class BooksReader:
    """One run for all books, and then the people in them."""

    def __init__(self, client: DavClient, options: CarddavOptions) -> None:
        """Send no request yet."""
        self._client = client
        self._options = options
        self._categories = {text.strip().casefold() for text in options.categories}
        self._problems: list[str] = []
        self._missing = 0

    def entries(self, state: SyncState) -> SyncedEntries:
        """Return the people of all books, after fetching what has changed.

        Raises:
            SourceUnavailable: No book can be read, or no card of them.
        """
        copied = state.synchronized(self._pages)
        report = copied.report()
        if report.skipped:
            logger.warning("%s: cards left out: %d; %s", self._options.url, report.skipped, report.reason)
        if self._problems:
            report = self._with_problems(report)
            logger.warning("%s: incomplete: %s", self._options.url, report.incomplete)
        return copied.map(self._shown).reported(report)

    def _with_problems(self, report: ReadReport) -> ReadReport:
        """Return a report with the problems of this run; cards that could never be fetched are left out."""
        more = f" (and {len(self._problems) - 1} more)" if len(self._problems) > 1 else ""
        problem = f"{self._problems[0]}{more}"
        rows, skipped = report.rows + self._missing, report.skipped + self._missing
        return ReadReport(rows, skipped, report.reason or (problem if skipped else None), problem)

    def _shown(self, entry: Mapping[str, object]) -> Mapping[str, object] | None:
        """Return the entry of a person, None if no category of it is wanted."""
        categories = entry.get("categories")
        own = categories if isinstance(categories, list) else ()
        is_wanted = not self._categories or any(str(text).casefold() in self._categories for text in own)
        return entry if is_wanted else None

    def _pages(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what has changed in all books.

        An incomplete book is no incomplete page: then all books would be read again from where this run began.
        """
        self._problems.clear()
        self._missing = 0
        states = parse_states(cursor)
        books = self._books()
        kept = {book.key: states.get(book.key) or BookState() for book in books}
        ids = PersonIds(kept)
        errors: list[RequestFailed] = []
        has_content = False
        for book in books:
            sync = BookSync(self._client, book, kept[book.key], ids)
            try:
                for changes in sync.changes():
                    has_content = has_content or any(content is not None for _, content in changes)
                    yield SyncPage(changes)
            except UnusableAnswer as error:
                errors.append(error)
                self._problems.append(f"address book {book.label}: {error.message}")
            self._problems += [f"address book {book.label}: {failure}" for failure in sync.failures]
            self._missing += len(sync.missing)
        if len(errors) == len(books) and not has_content:
            raise errors[0]
        removed = ((key, state) for key, state in states.items() if key not in kept)
        gone = [(f"{key}{name}", None) for key, state in removed for name in state.cards]
        yield SyncPage(gone, cursor_of(kept))

    def _books(self) -> Sequence[AddressBook]:
        """Return the books that the options choose, at least one."""
        discovery = Discovery(self._client, self._options.url)
        found = discovery.books()
        if discovery.problem is not None:
            self._problems.append(discovery.problem)
        books, missing = select_books(found, self._options.books)
        listed = ", ".join(map(repr, missing))
        reason = f"books: there is no address book {listed}; there are: {names_of(found)}"
        if not books:
            raise SourceUnavailable(f"{self._options.url}: {reason}")
        if missing:
            self._problems.append(reason)
        return books
