"""Finds out what has changed in one address book."""

import time
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from xivo_dird.backend import Entry, LeftOut, PageGuard, SourceUnavailable, check_small, printable_excerpt
from xivo_dird_backends.carddav.bodies import LIST_CARDS, sync_collection
from xivo_dird_backends.carddav.book_state import BookState, CardState, PersonIds
from xivo_dird_backends.carddav.cards import CardFetcher, Fetched, Member, href_key
from xivo_dird_backends.carddav.discovery import AddressBook
from xivo_dird_backends.carddav.multistatus import COLLECTION, ETAG, RESOURCE_TYPE, DavItem
from xivo_dird_backends.carddav.web_dav import GONE_STATUSES, DavClient, Located, UnusableAnswer

MAX_COMPARED_AGE_SECONDS = 24 * 3600.0
"""Seconds after which all ETags are compared again, since servers forget to report deletions."""

MAX_PAGES = 1000
"""Maximum number of parts in which a server may answer one report."""

Change = tuple[str, Entry | LeftOut | None]
Changes = Sequence[Change]


class _Page(NamedTuple):
    members: Sequence[Member]
    removed: Sequence[str]
    refused: Mapping[str, int]
    token: str


class BookSync:
    """One run for one book. The state follows what was read, so that an interrupted run loses nothing."""

    def __init__(self, client: DavClient, book: AddressBook, state: BookState, ids: PersonIds) -> None:
        """Send no request yet; `state` and `ids` are changed by `changes`."""
        self._client = client
        self._book = book
        self._state = state
        self._facts = state.facts
        self._ids = ids
        self._own_key = href_key(book.url, "")
        self._where = printable_excerpt(book.url)
        self._fetcher = CardFetcher(client, book.url)
        self.failures: list[str] = []
        """Why cards could not be fetched; they are tried again in the next run."""
        self.missing: set[str] = set()
        """The names of those that were never read."""

    def changes(self) -> Iterator[Changes]:
        """Yield the changes since the state.

        Raises:
            UnusableAnswer: The server does not list the book; the state has what was read until then.
            SourceUnavailable: The server does not answer.
            LargeWork: The state of all cards takes too long to read for a thread beside questions.
        """
        is_due = not 0 <= time.time() - self._facts.compared_at < MAX_COMPARED_AGE_SECONDS
        if not is_due and self._is_unchanged():
            return
        check_small(self._ids.count)
        if is_due or not self._book.has_sync or not self._facts.token:
            yield from self._compare()
            return
        try:
            first = self._report(self._facts.token)
        except UnusableAnswer:  # the token is refused: statuses differ between servers
            yield from self._compare()
            return
        yield from self._follow(first)

    def _is_unchanged(self) -> bool:
        if self._book.has_sync and self._facts.token:
            return self._book.sync_token == self._facts.token
        return bool(self._book.ctag) and self._book.ctag == self._facts.ctag

    def _follow(self, first: Located) -> Iterator[Changes]:
        """Yield what a report says, and those that continue it."""
        token = self._facts.token
        for page in self._pages(first):
            token = page.token
            yield self._forget(page.removed)
            yield from self._fetch(page.members)
            self._keep(page.refused)
        self._finish(token)

    def _compare(self) -> Iterator[Changes]:
        """List all cards, fetch those with another ETag, and forget those that are not listed."""
        listed: set[str] = set()
        token, compared_at = "", time.time()
        for page in self._full_pages():
            token = page.token
            listed.update(member.name for member in page.members)
            yield from self._fetch(page.members)
            listed.update(page.refused)
            self._keep(page.refused)
        if listed and not self._state.cards:
            reason = f": {self.failures[0]}" if self.failures else ""
            raise UnusableAnswer(self._where, f"it lists {len(listed)} cards, but gives none of them{reason}")
        yield self._forget([name for name in self._state.cards if name not in listed])
        if not self.failures:
            self._facts.compared_at = compared_at
        self._finish(token)

    def _full_pages(self) -> Iterator[_Page]:
        first: Located | None = None
        if self._book.has_sync:
            try:
                first = self._report("")
            except UnusableAnswer:
                first = None  # such as Google, which refuses an empty token
        if first is not None:
            yield from self._pages(first)
            return
        located = self._client.propfind(self._book.url, 1, LIST_CARDS)
        page = self._page(located)
        if _is_truncated(self._book.url, located):
            raise UnusableAnswer(self._where, "the server lists only a part of the cards")
        yield page._replace(token=self._book.sync_token)  # of before the list, so that no change is missed

    def _pages(self, located: Located) -> Iterator[_Page]:
        """Yield a report and its continuations; it ends normally only after the last one."""
        guard = PageGuard("it", MAX_PAGES)
        while True:
            page = self._page(located)
            yield page
            if not _is_truncated(self._book.url, located):
                return
            if not page.token:
                raise UnusableAnswer(self._where, "the server reports only a part of the cards")
            try:
                guard.check(page.token)
            except SourceUnavailable as error:
                raise UnusableAnswer(self._where, error.message) from error
            located = self._report(page.token)

    def _report(self, token: str) -> Located:
        return self._client.report(self._book.url, sync_collection(token))

    def _page(self, located: Located) -> _Page:
        members: list[Member] = []
        removed: list[str] = []
        refused: dict[str, int] = {}
        for item in located.answer.items:
            name = self._name_of(item)
            if name is None:
                continue
            if item.status in GONE_STATUSES:
                removed.append(name)
            elif item.status is None or item.status < HTTPStatus.MULTIPLE_CHOICES:
                members.append(Member(name, item.href, item.text(ETAG)))
            else:
                refused[name] = item.status
        if not located.answer.items and not located.answer.sync_token:
            # Even an empty book has itself in its list, and a token in its report.
            raise UnusableAnswer(self._where, "the server answers with nothing, not even with the book")
        return _Page(members, removed, refused, located.answer.sync_token)

    def _name_of(self, item: DavItem) -> str | None:
        """Return the name of a card in the book; None for the book itself and for folders in it."""
        own, key = self._own_key, href_key(self._book.url, item.href)
        if key.endswith("/") or f"{key}/" == own or item.has(RESOURCE_TYPE, COLLECTION):
            return None
        return key.removeprefix(own)

    def _fetch(self, members: Sequence[Member]) -> Iterator[Changes]:
        """Fetch the cards that are new or have another ETag."""
        known = self._state.cards
        wanted = {
            member.name: member
            for member in members
            if not member.etag or member.name not in known or known[member.name].etag != member.etag
        }
        for batch in self._fetcher.fetch([*wanted.values()]):
            yield [change for fetched in batch for change in self._apply(fetched)]

    def _apply(self, fetched: Fetched) -> Iterator[Change]:
        """Store the state of a card, and yield its change; a card that could not be fetched stays as it is."""
        name, content = fetched.member.name, fetched.content
        if fetched.error is not None:
            self._fail(name, fetched.error)
            return
        if fetched.is_gone:
            yield from self._forget([name])
            return
        owner, person_id = self._key(name), ""
        if content is not None and not isinstance(content, LeftOut):
            person_id = self._ids.id_of(owner, fetched.key)
            content = {**content, "id": person_id}
        former = self._state.cards.get(name)
        if former is not None and former.person_id != person_id:
            self._ids.release(owner, former.person_id)
        self._state.cards[name] = CardState(fetched.member.etag, person_id)
        yield owner, content

    def _keep(self, refused: Mapping[str, int]) -> None:
        """Leave cards as they are that exist, but that the server does not show now."""
        for name, status in refused.items():
            self._fail(name, f"answered {status}")

    def _fail(self, name: str, error: str) -> None:
        self.failures.append(f"card {printable_excerpt(name)}: {error}")
        if name not in self._state.cards:
            self.missing.add(name)

    def _forget(self, names: Sequence[str]) -> Changes:
        for name in names:
            former = self._state.cards.pop(name, None)
            if former is not None:
                self._ids.release(self._key(name), former.person_id)
        return [(self._key(name), None) for name in names]

    def _finish(self, token: str) -> None:
        """Store where the next run continues, unless it has to repeat this one."""
        if not self.failures:
            self._facts.token, self._facts.ctag = token, self._book.ctag

    def _key(self, name: str) -> str:
        return f"{self._book.key}{name}"


def _is_truncated(url: str, located: Located) -> bool:
    """Return True if the server says that it has more (RFC 6578 section 3.6)."""
    own = href_key(url, "").rstrip("/")
    return any(
        item.status == HTTPStatus.INSUFFICIENT_STORAGE and href_key(url, item.href).rstrip("/") == own
        for item in located.answer.items
    )
