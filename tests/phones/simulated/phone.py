"""What all simulated phones have: requests over HTTP, screens, pages, and the URL that provisioning gives them."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

from waiting import TIMEOUT

MAX_PAGES = 100

PATHS = {
    "user": "/0.1/directories/{step}/{profile}/{user}/{vendor}",
    "gateway": "/0.1/directories/{step}/{profile}/{vendor}?xivo_user_uuid={user}",
    "successor": "/0.1/{vendor}/directories/{step}/{profile}?xivo_user_uuid={user}",
}
"""The families of URLs."""


class Line(NamedTuple):
    """A line of a list: a name, and what is dialled when it is selected; empty: nothing."""

    name: str
    number: str


class Screen(NamedTuple):
    """What a phone shows, and where its keys lead.

    Attributes:
        lines: The lines, without links.
        keys: The labels of links and soft keys, in their order.
        previous: The URL of the previous page, None if no key leads there.
        next: The URL of the next page.
        total: The number of lines of all pages, None if the document does not say it.
    """

    lines: list[Line]
    keys: Sequence[str] = ()
    previous: str | None = None
    next: str | None = None
    total: int | None = None


class Answer(NamedTuple):
    """The answer to a request."""

    status: int
    content_type: str
    body: bytes


class Phone:
    """A phone of one user and profile. A subclass plays the phones of a vendor."""

    vendor: ClassVar[str]
    entry: ClassVar[str] = "lookup"
    """The document that provisioning points the phone to."""

    def __init__(self, root: str, user: str, profile: str = "default", family: str = "user") -> None:
        """Provision the phone.

        Args:
            root: The URL of the daemon, to which all links must lead.
            user: The user.
            profile: The profile.
            family: A key of `PATHS`.
        """
        self.root = root
        self._names = {"profile": quote(profile, safe=""), "user": user, "vendor": self.vendor}
        self._path = PATHS[family]

    def url(self, step: str, **query: object) -> str:
        """Return the URL of a document."""
        url = self.root + self._path.format(step=step, **self._names)
        return joined(url, "&".join(f"{name}={encoded(str(value))}" for name, value in query.items()))

    def get(self, url: str) -> Answer:
        """Send a GET request."""
        assert url.startswith(self.root + "/"), url
        try:
            with urlopen(Request(url), timeout=TIMEOUT) as response:
                return Answer(response.status, response.headers["Content-Type"], response.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.headers["Content-Type"], error.read())

    def document(self, url: str) -> ET.Element:
        """Return the root of a document, as a strict parser reads it."""
        answer = self.get(url)
        assert answer.status == 200, answer
        assert answer.content_type == self.content_type
        return ET.fromstring(answer.body)

    content_type: ClassVar[str] = "text/xml; charset=utf-8"

    def open(self, url: str) -> Screen:
        """Return the screen of a page of a list."""
        return self.screen(self.document(url))

    def search_url(self, term: str) -> str:
        """Return the URL to which the phone sends a typed text."""
        raise NotImplementedError

    def screen(self, document: ET.Element) -> Screen:
        """Return what the phone shows of a list."""
        raise NotImplementedError

    def pages(self, term: str) -> Iterator[Screen]:
        """Type a text, and yield each page, by the key for the next one."""
        url: str | None = self.search_url(term)
        for _ in range(MAX_PAGES):
            if url is None:
                return
            screen = self.open(url)
            yield screen
            url = screen.next
        raise AssertionError("the pages do not end")

    def lines(self, term: str) -> list[Line]:
        """Type a text, and return the lines of all pages."""
        return [line for screen in self.pages(term) for line in screen.lines]

    def dial(self, line: Line) -> str:
        """Select a line, and return the number that the phone dials."""
        return line.number


def encoded(text: str) -> str:
    """Return a text as a phone writes it into a query."""
    return quote(text, safe="")


def joined(url: str, query: str) -> str:
    """Return a URL with a further query."""
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def text_of(element: ET.Element, name: str) -> str:
    """Return the text of a child that must be there."""
    child = element.find(name)
    assert child is not None, name
    return child.text or ""
