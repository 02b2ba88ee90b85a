"""Reads all address books of a source; an error of one does not concern the others."""

from collections.abc import Iterator, Sequence

from xivo_dird.backend import (
    CardIds,
    CardKey,
    Entry,
    ReadReport,
    RequestFailed,
    SourceUnavailable,
    SyncPage,
    SyncState,
)
from xivo_dird_backends._card_entries import CardTally
from xivo_dird_backends.carddav.book_state import BookState, cursor_of, parse_states
from xivo_dird_backends.carddav.book_sync import BookSync
from xivo_dird_backends.carddav.discovery import AddressBook, Discovery, names_of, select_books
from xivo_dird_backends.carddav.options import CarddavOptions
from xivo_dird_backends.carddav.web_dav import DavClient, UnusableAnswer


class BooksReader:
    """One run for all books, and then the people in them."""

    def __init__(self, client: DavClient, options: CarddavOptions, state: SyncState) -> None:
        """Send no request yet."""
        self._client = client
        self._options = options
        self._state = state
        self._tally = CardTally()
        self._categories = {text.strip().casefold() for text in options.categories}

    def entries(self) -> Iterator[Entry]:
        """Yield the people of all books, after fetching what has changed.

        Raises:
            SourceUnavailable: No book can be read, or no card of them.
        """
        ids, people = CardIds(), 0
        for row in self._state.synchronized(self._pages):
            entry, key = row.get("entry"), row.get("key")
            if not isinstance(entry, dict) or not isinstance(key, list):
                self._tally.skip(str(row.get("skipped")))
                continue
            people += 1
            card_id = ids.add(CardKey(*key))
            if card_id is not None and self._is_wanted(entry):
                self._tally.add()
                yield {**entry, "id": card_id}
        report = self._tally.report()
        if report.skipped and not people:
            raise UnusableAnswer(
                self._options.url, f"none of {report.skipped} cards can be read: {report.reason}"
            )
        self._tally.warn(self._options.url)

    def report(self) -> ReadReport:
        """Return what was read, and what was left out."""
        return self._tally.report()

    def _is_wanted(self, entry: dict[str, object]) -> bool:
        categories = entry.get("categories")
        own = categories if isinstance(categories, list) else ()
        return not self._categories or any(str(text).casefold() in self._categories for text in own)

    def _pages(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what has changed in all books."""
        states = parse_states(cursor)
        books = self._books()
        kept = {book.key: states.get(book.key) or BookState() for book in books}
        errors: list[RequestFailed] = []
        has_changes = False
        for book in books:
            sync = BookSync(self._client, book, kept[book.key])
            try:
                for changes in sync.changes():
                    has_changes = has_changes or bool(changes)
                    yield SyncPage(changes)
            except UnusableAnswer as error:
                errors.append(error)
                self._tally.skip(f"address book {book.name!r}: {error.message}")
            for failure in sync.failures:
                self._tally.skip(f"address book {book.name!r}: {failure}")
        if len(errors) == len(books) and not has_changes:
            raise errors[0]
        removed = ((key, state) for key, state in states.items() if key not in kept)
        gone = [(f"{key}{name}", None) for key, state in removed for name in state.etags]
        yield SyncPage(gone, cursor_of(kept))

    def _books(self) -> Sequence[AddressBook]:
        """Return the books that the options choose, at least one."""
        found = Discovery(self._client, self._options.url).books()
        books, missing = select_books(found, self._options.books)
        reason = (
            f"books: there is no address book {', '.join(map(repr, missing))}; there are: {names_of(found)}"
        )
        if not books:
            raise SourceUnavailable(f"{self._options.url}: {reason}")
        if missing:
            self._tally.skip(reason)
        return books
