"""A stand-in for CardDAV servers, for what Radicale does not do: CTags, truncated reports, odd ETags, Digest, faults.

with CardServer() as server:
    book = server.add_book("crew")
    book.put("ada", card("Ada Stern", "2045"))
    ... server.url, server.options
"""

import re
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import quote, unquote, urljoin

from servers.digest_check import DigestCheck
from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest

XML = "text/xml; charset=utf-8"
NAMESPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:CS="http://calendarserver.org/ns/"'
BASIC = "Basic YWRhOnMzY3JldC1lbm91Z2g="
"""The account of the server: `ada`, `s3cret-enough`."""


def card(name: str, number: str = "2045", *lines: str) -> bytes:
    """Return a card."""
    rows = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL;TYPE=WORK:{number}", *lines, "END:VCARD", ""]
    return "\r\n".join(rows).encode()


@dataclass
class StandInBook:
    """An address book, with the history of its changes, and what its server does not do well."""

    path: str
    name: str
    cards: dict[str, bytes] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    has_sync: bool = True
    has_ctag: bool = True
    page_size: int = 1000
    """Number of changes in one report; more are in the next one (507)."""
    gives_next_token: bool = True
    oldest_token: int = 0
    """Older tokens are refused."""
    refusal: int = 403
    """The status of a refused token."""
    etag: str = '"{}"'
    """How an ETag is written; "" for none."""
    spoils_batches: bool = False
    """Whether a report of several cards is no XML."""
    hidden: set[str] = field(default_factory=set)
    """Cards that are listed and can't be read: a 500."""
    answer: HttpAnswer | None = None
    """What is answered to all reports and lists instead."""

    def put(self, name: str, data: bytes) -> None:
        """Add or replace a card."""
        self.cards[name] = data
        self.history.append(name)

    def remove(self, name: str) -> None:
        """Remove a card."""
        del self.cards[name]
        self.history.append(name)

    def etag_of(self, name: str) -> str:
        """Return the property of the ETag of a card."""
        count = self.history.count(name)
        return f"<getetag>{escape(self.etag.format(count))}</getetag>" if self.etag else ""


class CardServer(FaultyHttp):
    """The server.

    Attributes:
        books: The address books by their paths.
        homes: The hrefs of the folders of the user; more than one, or on another server.
        well_known: Where `/.well-known/carddav` leads to.
        digest: Checks Digest authentication, None for Basic.
        answers: What is answered to requests for a path, instead.
    """

    def __init__(self) -> None:
        super().__init__(self.respond)
        self.books: dict[str, StandInBook] = {}
        self.homes = ["/dav/books/"]
        self.well_known: str | None = "/dav/"
        self.digest: DigestCheck | None = None
        self.answers: dict[str, HttpAnswer] = {}

    @property
    def options(self) -> dict[str, object]:
        """Return the options of a source that logs in."""
        return {"url": self.url, "username": "ada", "password": "s3cret-enough"}

    def add_book(
        self, folder: str, name: str = "", home: str = "/dav/books/", **fields: object
    ) -> StandInBook:
        """Add an address book."""
        book = StandInBook(f"{home}{folder}/", name or folder.title())
        for key, value in fields.items():
            setattr(book, key, value)
        self.books[book.path] = book
        return book

    def methods(self) -> list[str]:
        """Return the methods of all requests and forget them."""
        methods = [request.method for request in self.requests]
        self.requests.clear()
        return methods

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        """Return the answer of the healthy server."""
        authorization = request.headers.get("authorization", "")
        if self.digest is not None:
            if (refusal := self.digest.check(request.method, request.path, authorization)) is not None:
                return HttpAnswer(401, headers={"WWW-Authenticate": refusal})
        elif authorization != BASIC:
            return HttpAnswer(401, headers={"WWW-Authenticate": 'Basic realm="cards"'})
        if request.path in self.answers:
            return self.answers[request.path]
        path = unquote(request.path)
        folder = path[: path.rindex("/") + 1]
        if request.method == "GET" and folder in self.books:
            return _one_card(self.books[folder], path.removeprefix(folder).removesuffix(".vcf"))
        if path in self.books:
            return _of_book(self.books[path], request)
        return self._of_folder(path, request)

    def _of_folder(self, path: str, request: ReceivedRequest) -> HttpAnswer:
        if path == "/.well-known/carddav" and self.well_known is not None:
            return HttpAnswer(301, headers={"Location": self.well_known})
        if request.method != "PROPFIND":
            return HttpAnswer(405)
        if path == "/dav/":
            link = "<current-user-principal><href>/dav/me</href></current-user-principal>"
            return multistatus(response("/dav/", f"<resourcetype><collection/></resourcetype>{link}"))
        if path == "/dav/me":
            hrefs = "".join(f"<href>{href}</href>" for href in self.homes)
            return multistatus(
                response("/dav/me", f"<C:addressbook-home-set>{hrefs}</C:addressbook-home-set>")
            )
        books = [book for book in self.books.values() if book.path.startswith(path)]
        if not path.endswith("/books/") or request.headers["depth"] != "1":
            return HttpAnswer(404)
        own = response(path, "<resourcetype><collection/></resourcetype>")
        return multistatus(own + "".join(_book_properties(book) for book in books))


def response(href: str, properties: str, status: str = "HTTP/1.1 200 OK") -> str:
    """Return what a multistatus says about one resource."""
    return (
        f"<response><href>{escape(href)}</href><propstat><prop>{properties}</prop>"
        f"<status>{status}</status></propstat></response>"
    )


def multistatus(content: str) -> HttpAnswer:
    """Return an answer with the statuses of several resources."""
    body = f'<?xml version="1.0"?><multistatus {NAMESPACES}>{content}</multistatus>'
    return HttpAnswer(207, body.encode("utf-8", "surrogatepass"), content_type=XML)


def _book_properties(book: StandInBook) -> str:
    reports = "<report><C:addressbook-multiget/></report>"
    token = ""
    if book.has_sync:
        reports += "<report><sync-collection/></report>"
        token = f"<sync-token>sync-{len(book.history)}</sync-token>"
    ctag = f"<CS:getctag>c{len(book.history)}</CS:getctag>" if book.has_ctag else ""
    return response(
        quote(book.path).rstrip("/"),
        f"<resourcetype><collection/><C:addressbook/></resourcetype><displayname>{book.name}</displayname>"
        f"<supported-report-set>{reports}</supported-report-set>{token}{ctag}",
    )


def _of_book(book: StandInBook, request: ReceivedRequest) -> HttpAnswer:
    body = request.body.decode()
    if request.method == "PROPFIND" and request.headers["depth"] == "0":
        return multistatus(_book_properties(book))
    if book.answer is not None:
        return book.answer
    if request.method == "PROPFIND":
        return multistatus(_book_properties(book) + "".join(_listed(book, name) for name in book.cards))
    if "addressbook-multiget" in body:
        return _multiget(book, [unescape(href) for href in re.findall(r"<href>([^<]*)</href>", body)])
    return _changes(book, re.findall(r"<sync-token>(?:sync-)?([^<]*)</sync-token>", body)[0])


def _changes(book: StandInBook, token: str) -> HttpAnswer:
    if not book.has_sync:
        return HttpAnswer(403)
    if token and not (token.isdecimal() and int(token) >= book.oldest_token):
        body = f"<error {NAMESPACES}><valid-sync-token/></error>".encode()
        return HttpAnswer(book.refusal, body, content_type=XML)
    start = int(token or 0)
    end = min(start + book.page_size, len(book.history))
    is_last = end == len(book.history)
    names = dict.fromkeys(book.history[start:end])
    content = "".join(
        _listed(book, name) if name in book.cards else _removed(book, name)
        for name in names
        if token or name in book.cards
    )
    if not is_last:
        content += (
            f"<response><href>{book.path}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
        )
    if is_last or book.gives_next_token:
        content += f"<sync-token>sync-{end}</sync-token>"
    return multistatus(content)


def _listed(book: StandInBook, name: str) -> str:
    return response(_href(book, name), f"{book.etag_of(name)}<resourcetype/>")


def _removed(book: StandInBook, name: str) -> str:
    return f"<response><href>{_href(book, name)}</href><status>HTTP/1.1 404 Not Found</status></response>"


def _href(book: StandInBook, name: str) -> str:
    return quote(f"{book.path}{name}.vcf")


def _multiget(book: StandInBook, hrefs: list[str]) -> HttpAnswer:
    if book.spoils_batches and len(hrefs) > 1:
        return multistatus("<response><href>\x0b")
    found = []
    for href in hrefs:
        name = unquote(urljoin(book.path, href)).removeprefix(book.path).removesuffix(".vcf")
        if name not in book.cards:
            found.append(_removed(book, name))
        elif name not in book.hidden:
            data = escape(book.cards[name].decode("utf-8", "replace"))
            # the href is written in another way than in the list
            properties = f"{book.etag_of(name)}<C:address-data>{data}</C:address-data>"
            found.append(
                response(
                    f"{book.path}{name}.vcf".replace("%", "%25").replace("?", "%3F").replace("#", "%23"),
                    properties,
                )
            )
    return multistatus("".join(found))


def _one_card(book: StandInBook, name: str) -> HttpAnswer:
    if name in book.hidden:
        return HttpAnswer(500)
    if name not in book.cards:
        return HttpAnswer(404)
    return HttpAnswer(200, book.cards[name], content_type="text/vcard")
