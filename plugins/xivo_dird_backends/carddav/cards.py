"""Fetches cards: many with one report, or one by one if the server can't answer that."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from io import BytesIO
from itertools import islice
from typing import NamedTuple
from urllib.parse import urljoin

from xivo_dird.backend import (
    CardKey,
    CardReader,
    Entry,
    LeftOut,
    SourceUnavailable,
    Throttled,
    printable_excerpt,
)
from xivo_dird_backends._card_entries import person_of
from xivo_dird_backends.carddav.bodies import FIND_BOOKS, multiget
from xivo_dird_backends.carddav.multistatus import ADDRESS_DATA
from xivo_dird_backends.carddav.web_dav import GONE_STATUSES, DavClient, LoginFailed, UnusableAnswer, path_of

BATCH_SIZE = 50
"""Number of cards that are fetched with one request; photos may make each of them a megabyte large."""

MAX_BROKEN_BATCHES = 3
"""Number of batches that a server may fail to answer until its cards are fetched one by one."""

FAILED_CARDS_PER_CHECK = 3
"""Number of cards without a complete answer after which it is checked that the server still answers."""

MAX_FAILED_CARDS = 100
"""Maximum number of such cards of a book in one run; each of them may take as long as the timeout."""


class Member(NamedTuple):
    """A card of a book: its decoded name in the book, its `href` as the server writes it, and its ETag."""

    name: str
    href: str
    etag: str


class Fetched(NamedTuple):
    """What became of one card.

    Attributes:
        member: The card.
        content: The entry, without an id, or why it is left out; None if it is no person, or was deleted meanwhile.
        key: What identifies the card of a person.
        is_gone: Whether it was deleted meanwhile.
        error: Why it could not be fetched, None if it was.
    """

    member: Member
    content: Entry | LeftOut | None = None
    key: CardKey = CardKey("", "")
    is_gone: bool = False
    error: str | None = None


class CardFetcher:
    """Fetches the cards of one book."""

    def __init__(self, client: DavClient, book_url: str) -> None:
        """Fetch nothing yet."""
        self._client = client
        self._book_url = book_url
        self._broken_batches = 0
        self._failed_cards = 0

    def fetch(self, members: Sequence[Member]) -> Iterator[Sequence[Fetched]]:
        """Yield what becomes of cards, in batches; photos are not kept.

        Raises:
            UnusableAnswer: Too many cards fail.
            SourceUnavailable: The server does not answer any more.
        """
        remaining = iter(members)
        while batch := [*islice(remaining, BATCH_SIZE)]:
            yield self._fetch_batch(batch)

    def _fetch_batch(self, batch: Sequence[Member]) -> Sequence[Fetched]:
        found: Mapping[str, Fetched] = {}
        if self._broken_batches < MAX_BROKEN_BATCHES:
            try:
                found = self._multiget(batch)
            except (Throttled, LoginFailed):
                raise
            except SourceUnavailable:
                self._broken_batches += 1
        return [found.get(member.name) or self._get(member) for member in batch]

    def _multiget(self, batch: Sequence[Member]) -> Mapping[str, Fetched]:
        """Return the cards that one report has, or that it says are gone, by their names."""
        located = self._client.report(self._book_url, multiget(member.href for member in batch))
        members = {href_key(self._book_url, member.href): member for member in batch}
        found: dict[str, Fetched] = {}
        for item in located.answer.items:
            member = members.get(href_key(self._book_url, item.href))
            if member is None:
                continue
            if item.status in GONE_STATUSES:
                found[member.name] = Fetched(member, is_gone=True)
            elif data := item.text(ADDRESS_DATA):
                found[member.name] = _parsed(member, data.encode("utf-8", "replace"))
        return found

    def _get(self, member: Member) -> Fetched:
        """Return one card; its error if the server answers others."""
        try:
            response = self._client.get(self._client.resolve(self._book_url, member.href))
        except (Throttled, LoginFailed):
            raise
        except SourceUnavailable as error:
            self._count_failure(error)
            return Fetched(member, error=error.message)
        if response.status in GONE_STATUSES:
            return Fetched(member, is_gone=True)
        is_page = "html" in response.headers.get("Content-Type", "").lower()  # as of a proxy
        if response.status != HTTPStatus.OK or is_page:
            answer = "a page (HTML)" if is_page else response.status
            return Fetched(member, error=f"{response.server}: answered {answer}")
        return _parsed(member, response.body)

    def _count_failure(self, error: SourceUnavailable) -> None:
        """Raise an error if too many cards of the book fail, or the server does not answer anything any more."""
        self._failed_cards += 1
        if self._failed_cards >= MAX_FAILED_CARDS:
            raise UnusableAnswer(
                printable_excerpt(self._book_url), f"too many cards fail: {error.message}"
            ) from error
        if self._failed_cards % FAILED_CARDS_PER_CHECK == 0:
            self._client.propfind(self._book_url, 0, FIND_BOOKS)


def _parsed(member: Member, data: bytes) -> Fetched:
    """Return what a card says about a person, or why it is left out."""
    reason = "it is no vCard"
    for card in CardReader(BytesIO(data)).cards():
        try:
            entry = person_of(card)
        except ValueError as error:
            reason = str(error)
            continue
        if entry is None:
            return Fetched(member)
        return Fetched(member, entry, CardKey.of(card))
    return Fetched(member, LeftOut(f"card {printable_excerpt(path_of(member.href))}: {reason}"))


def href_key(base: str, href: str) -> str:
    """Return what is equal for all spellings of an `href`: servers encode characters differently each time."""
    try:
        return path_of(urljoin(base, href))
    except ValueError:
        return href
