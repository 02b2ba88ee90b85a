"""Finds the address books of a user (RFC 6352 section 7, RFC 6764)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from xivo_dird.backend import RequestFailed, parse_url, printable_excerpt
from xivo_dird_backends.carddav.bodies import FIND_BOOKS
from xivo_dird_backends.carddav.multistatus import (
    ADDRESS_BOOK,
    COLLECTION,
    CTAG,
    DISPLAY_NAME,
    HOME_SET,
    PRINCIPAL,
    REPORTS,
    RESOURCE_TYPE,
    SYNC_COLLECTION,
    SYNC_TOKEN,
    DavItem,
)
from xivo_dird_backends.carddav.web_dav import (
    GONE_STATUSES,
    DavClient,
    DavRefused,
    Located,
    UnusableAnswer,
    path_of,
)

GENERATED_PREFIXES = ("z-app-generated--", "z-server-generated--")
"""How the names of books begin that Nextcloud makes: people who were written to recently, and its own accounts."""

WELL_KNOWN = "/.well-known/carddav"
MAX_HOMES = 100
"""Maximum number of folders in which the books of a user may be; a request is sent for each."""

MAX_NAMED_BOOKS = 20
"""Maximum number of books that an error names."""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """An address book.

    Attributes:
        url: Its URL, which ends with a slash.
        name: How people call it.
        sync_token: Changes with its cards; "" if the server has no such token.
        ctag: The same, of servers with an older extension.
        has_sync: Whether the server reports what has changed.
    """

    url: str
    name: str
    sync_token: str
    ctag: str
    has_sync: bool

    @property
    def key(self) -> str:
        """What identifies the book: its server and decoded path."""
        return f"{parse_url(self.url).origin}{path_of(self.url)}"

    @property
    def folder(self) -> str:
        """The last part of its path."""
        return path_of(self.url).strip("/").rpartition("/")[2]

    @property
    def label(self) -> str:
        """How messages name the book."""
        return repr(printable_excerpt(self.name))

    def is_called(self, name: str) -> bool:
        """Return True if an option means this book, by its name, its path or the last part of it."""
        path = path_of(name) if "/" in name else name
        paths = {path_of(self.url).strip("/").casefold(), self.folder.casefold()}
        return name.strip().casefold() == self.name.casefold() or path.strip("/").casefold() in paths


class Discovery:
    """Finds the address books that a URL leads to."""

    def __init__(self, client: DavClient, url: str) -> None:
        """Send no request yet."""
        self._client = client
        self._url = url
        self.problem: str | None = None
        """What is wrong with the URL if books were found elsewhere."""

    def books(self) -> Sequence[AddressBook]:
        """Return all address books, at least one.

        Raises:
            SourceUnavailable: There is none, or a server does not answer.
        """
        refused: RequestFailed | None = None
        for url in dict.fromkeys([self._url, urljoin(self._url, WELL_KNOWN), urljoin(self._url, "/")]):
            try:
                found = self._books_at(url)
            except UnusableAnswer as error:
                if url == self._url and _is_final(error):
                    raise
                if url == self._url:
                    self._check_path(error)
                refused = refused or error
                continue
            if found:
                return found
        reason = "" if refused is None else f"; it {refused.cause}"
        server = parse_url(self._url).origin
        raise UnusableAnswer(
            server, f"there is no address book at {printable_excerpt(path_of(self._url))}{reason}"
        )

    def _check_path(self, refused: RequestFailed) -> None:
        """Set `problem` if the server has nothing at the path of the URL, such as a misspelled book."""
        path = path_of(self._url)
        if path != "/" and isinstance(refused, DavRefused) and refused.status in GONE_STATUSES:
            self.problem = (
                f"url: the server has nothing at {printable_excerpt(path)} ({refused.status}); "
                "all address books that it names elsewhere are read"
            )

    def _books_at(self, url: str) -> Sequence[AddressBook]:
        """Return the book at a URL, or those in the folder, of the principal or of the user who logs in."""
        located = self._client.propfind(url, 0, FIND_BOOKS)
        item = _own_item(located)
        if item.has(RESOURCE_TYPE, ADDRESS_BOOK):
            return [_book(located.url, item)]
        if found := self._in_homes(located, item):
            return found
        if item.has(RESOURCE_TYPE, COLLECTION) and (found := self._children(located.url)):
            return found
        for link in _links(item, PRINCIPAL):
            principal = self._client.propfind(self._client.resolve(located.url, link), 0, FIND_BOOKS)
            if found := self._in_homes(principal, _own_item(principal)):
                return found
        return ()

    def _in_homes(self, located: Located, item: DavItem) -> Sequence[AddressBook]:
        homes = [self._client.resolve(located.url, link) for link in _links(item, HOME_SET)]
        if len(homes) > MAX_HOMES:
            raise RequestFailed(
                parse_url(located.url).origin, f"it names more than {MAX_HOMES} folders of books"
            )
        books = (book for home in homes for book in self._members(_with_slash(home)))
        return [*{book.key: book for book in books}.values()]

    def _children(self, url: str) -> Sequence[AddressBook]:
        """Return the books in a folder that need not have any; servers may refuse to list it."""
        try:
            return [*self._members(_with_slash(url))]
        except DavRefused:
            return ()

    def _members(self, url: str) -> Iterator[AddressBook]:
        located = self._client.propfind(url, 1, FIND_BOOKS)
        for item in located.answer.items:
            if item.has(RESOURCE_TYPE, ADDRESS_BOOK):
                yield _book(self._client.resolve(located.url, item.href), item)


def select_books(
    books: Sequence[AddressBook], names: Sequence[str]
) -> tuple[Sequence[AddressBook], Sequence[str]]:
    """Return the books that the option `books` names, and the names without a book.

    Without names, return all that people have made, and the only one in any case.
    """
    if not names:
        made = [book for book in books if not book.folder.startswith(GENERATED_PREFIXES)]
        return made or books, ()
    chosen = [book for book in books if any(book.is_called(name) for name in names)]
    return chosen, [name for name in names if not any(book.is_called(name) for book in books)]


def names_of(books: Sequence[AddressBook]) -> str:
    """Return the names of books, for errors."""
    return ", ".join(f"{book.label} ({printable_excerpt(book.folder)})" for book in books[:MAX_NAMED_BOOKS])


def _book(url: str, item: DavItem) -> AddressBook:
    url = _with_slash(url)
    token = item.text(SYNC_TOKEN)
    has_sync = item.has(REPORTS, SYNC_COLLECTION) if REPORTS in item.properties else bool(token)
    name = item.text(DISPLAY_NAME) or path_of(url).strip("/").rpartition("/")[2]
    return AddressBook(url, name, token, item.text(CTAG), has_sync)


def _own_item(located: Located) -> DavItem:
    """Return what an answer of depth 0 says about its only resource."""
    return next(iter(located.answer.items), DavItem())


def _links(item: DavItem, name: str) -> Sequence[str]:
    return [*dict.fromkeys(item.properties[name].hrefs)] if name in item.properties else ()


def _with_slash(url: str) -> str:
    """Return a URL whose path ends with a slash, without which its last part would be lost."""
    base = url.partition("?")[0].partition("#")[0]
    return base if base.endswith("/") else f"{base}/"


def _is_final(error: UnusableAnswer) -> bool:
    """Return True for an error of a server that no other URL of it would change."""
    return isinstance(error, DavRefused) and (
        error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or error.status == HTTPStatus.TOO_MANY_REQUESTS
    )
