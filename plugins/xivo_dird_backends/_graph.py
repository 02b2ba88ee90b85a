"""Reads contacts from Microsoft Graph (v1.0), a page at a time."""

from collections.abc import Iterator, Mapping
from itertools import count
from urllib.parse import quote

from xivo_dird.backend import PageGuard, SourceDataMissing, SyncPage
from xivo_dird_backends._bearer_client import BearerClient
from xivo_dird_backends._cloud_answers import CloudRefused, next_page
from xivo_dird_backends._graph_delta import delta_pages, followed_link, graph_items, item_change
from xivo_dird_backends._json_fields import JsonObject, json_objects, json_text

MAX_PAGE_SIZE, DELTA_PAGE_SIZE = 999, 200
"""Maximum sizes of pages that Graph accepts everywhere."""

NO_MAILBOX = "MailboxNotEnabledForRESTAPI"

WITHOUT_DELTA = frozenset({400, 404, 405, 410, 501})
"""Statuses of a server that has no delta queries."""

IMMUTABLE_IDS = 'IdType="ImmutableId"'
"""Without it, the id of a contact changes when it is moved to another folder."""


class GraphContacts:
    """The contacts of the owner of an access token, in the folder that a URL names."""

    def __init__(self, client: BearerClient, endpoint: str) -> None:
        """Store where and on whose behalf to ask."""
        self._client = client
        self._endpoint = endpoint

    def pages(self, delta_link: str | None) -> Iterator[SyncPage]:
        """Return the pages of what has changed since a delta link, or of all contacts.

        A delta query is about one folder, whose id is in its contacts. A server without such queries lists everything.

        Raises:
            CursorRefused: The delta link has expired.
            SourceDataMissing: The user has no mailbox there.
            SourceUnavailable: The list is incomplete.
        """
        if delta_link is not None:
            return self._delta_pages(followed_link(delta_link, self._answer))
        first = self._first_answer()
        delta = self._first_changes(first)
        return self._listed_pages(first) if delta is None else self._delta_pages(delta)

    def everyone(self) -> Iterator[JsonObject]:
        """Yield all contacts, as Graph gives them.

        Raises:
            SourceDataMissing: The user has no mailbox there.
            SourceUnavailable: The list is incomplete.
        """
        for answer in self._list(self._first_answer()):
            yield from graph_items(answer, self._endpoint)

    def _first_answer(self) -> JsonObject:
        return self._answer(self._endpoint, {"$count": "true"})

    def _list(self, first: JsonObject) -> Iterator[JsonObject]:
        """Yield the pages of all contacts. The count has groups, which are not listed: it only sets the size."""
        total = first.get("@odata.count")
        if total == 0:
            return
        size = min(total, MAX_PAGE_SIZE) if isinstance(total, int) and total > 0 else MAX_PAGE_SIZE
        answer, guard = self._answer(self._endpoint, {"$top": str(size)}), PageGuard(self._endpoint)
        yield answer
        while link := next_page(answer, "@odata.nextLink", self._endpoint):
            answer = self._answer(guard.check(link))
            yield answer

    def _listed_pages(self, first: JsonObject) -> Iterator[SyncPage]:
        numbers = count(1)
        for answer in self._list(first):
            items = graph_items(answer, self._endpoint)
            yield SyncPage([item_change(item, next(numbers)) for item in items])

    def _first_changes(self, first: JsonObject) -> JsonObject | None:
        """Return the first answer to a delta query for everything, None if the server has no delta queries."""
        url = self._delta_url(first)
        try:
            return None if url is None else self._answer(url)
        except CloudRefused as error:
            if error.status in WITHOUT_DELTA:
                return None
            raise

    def _delta_url(self, first: JsonObject) -> str | None:
        """Return the URL of a delta query for the folder of the contacts, None if it is unknown."""
        if not self._endpoint.endswith("/contacts"):
            return None
        if "/contactFolders/" in self._endpoint:
            return f"{self._endpoint}/delta"
        folders = {json_text(item.get("parentFolderId")) for item in json_objects(first.get("value"))}
        if len(folders) != 1 or "" in folders:
            return None
        base = self._endpoint.removesuffix("/contacts")
        return f"{base}/contactFolders/{quote(folders.pop(), safe='')}/contacts/delta"

    def _delta_pages(self, answer: JsonObject) -> Iterator[SyncPage]:
        return delta_pages(answer, self._answer, self._endpoint)

    def _answer(self, url: str, query: Mapping[str, str] | None = None) -> JsonObject:
        prefer = IMMUTABLE_IDS if query else f"{IMMUTABLE_IDS}, odata.maxpagesize={DELTA_PAGE_SIZE}"
        try:
            return self._client.json(url, query, {"Prefer": prefer})
        except CloudRefused as error:
            if NO_MAILBOX in error.codes:
                raise SourceDataMissing("the user has no mailbox at Microsoft") from error
            raise
