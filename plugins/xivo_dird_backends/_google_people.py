"""Reads people from Google's People API (v1), a page at a time."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import count
from typing import NamedTuple

from xivo_dird.backend import CursorRefused, Entry, PageGuard, SyncPage, Throttled
from xivo_dird_backends._bearer_client import BearerClient, QueryParameters
from xivo_dird_backends._cloud_answers import CloudRefused, as_it_is, listed_objects, next_page
from xivo_dird_backends._json_fields import JsonObject, json_object, json_objects, json_text

FIELDS = "names,emailAddresses,phoneNumbers,addresses,organizations,biographies"
PAGE_SIZE, SEARCH_SIZE = 1000, 30

THROTTLE_REASONS = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"}
)
THROTTLE_SECONDS = 60.0
"""Pause after a 403 with one of these reasons: the quotas are per minute."""

ConvertPerson = Callable[[JsonObject], Entry | None]


class PeopleList(NamedTuple):
    """A list of the People API.

    Attributes:
        path: Its path, without the version.
        key: The key of the people in an answer.
        query: The parameters of every request.
        fields: The fields that are requested; a person without any of them has been removed.
    """

    path: str
    key: str
    query: QueryParameters
    fields: str


CONNECTIONS = PeopleList("people/me/connections", "connections", {"personFields": FIELDS}, FIELDS)
"""The contacts of the owner of the access token."""


class GooglePeople:
    """One list of people."""

    def __init__(self, client: BearerClient, base: str, people: PeopleList = CONNECTIONS) -> None:
        """Store where and on whose behalf to ask; `base` is the URL without a path."""
        self._client = client
        self._base = base.rstrip("/")
        self._people = people

    def pages(self, sync_token: str | None, convert: ConvertPerson = as_it_is) -> Iterator[SyncPage]:
        """Yield the pages of what has changed since a sync token, or of all contacts.

        Args:
            sync_token: Where to continue.
            convert: What is stored of a person, None for one that is left out.

        Raises:
            CursorRefused: The sync token has expired.
            SourceUnavailable: The list is incomplete.
        """
        query = {"requestSyncToken": "true"}
        if sync_token is not None:
            query["syncToken"] = sync_token
        numbers = count(1)
        for answer in self._answers(query):
            people = listed_objects(answer, self._people.key, self._base)
            changes = [
                change for person in people for change in self._changes(person, next(numbers), convert)
            ]
            yield SyncPage(changes, json_text(answer.get("nextSyncToken")) or None)

    def everyone(self) -> Iterator[JsonObject]:
        """Yield all contacts.

        Raises:
            SourceUnavailable: The list is incomplete.
        """
        for answer in self._answers({}):
            yield from listed_objects(answer, self._people.key, self._base)

    def search(self, term: str) -> list[JsonObject]:
        """Return the contacts that Google finds.

        Raises:
            SourceUnavailable: There is no answer.
        """
        query = {"readMask": FIELDS, "pageSize": str(SEARCH_SIZE)}
        self._answer("people:searchContacts", query)  # Google asks for it: it loads the contacts
        answer = self._answer("people:searchContacts", {**query, "query": term})
        return [json_object(result.get("person")) for result in json_objects(answer.get("results"))]

    def _answers(self, query: QueryParameters) -> Iterator[JsonObject]:
        query = {**self._people.query, "pageSize": str(PAGE_SIZE), **query}
        guard, page = PageGuard(self._base), query
        while True:
            answer = self._answer(self._people.path, page)
            yield answer
            token = next_page(answer, "nextPageToken", self._base)
            if not token:
                return
            page = {**query, "pageToken": guard.check(token)}

    def _answer(self, path: str, query: QueryParameters) -> JsonObject:
        try:
            return self._client.json(f"{self._base}/v1/{path}", query)
        except CloudRefused as error:
            if "syncToken" in query and error.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE}:
                raise CursorRefused("the sync token has expired") from error
            if error.status == HTTPStatus.FORBIDDEN and error.codes & THROTTLE_REASONS:
                self._client.throttle.pause(THROTTLE_SECONDS)
                raise Throttled(str(error)) from error
            raise

    def _changes(
        self, person: JsonObject, number: int, convert: ConvertPerson
    ) -> Iterator[tuple[str, Entry | None]]:
        """Yield what a person means for a copy: former names of the resource are removed."""
        metadata = json_object(person.get("metadata"))
        former = metadata.get("previousResourceNames")
        for name in former if isinstance(former, list) else ():
            yield json_text(name), None
        has_fields = any(field in person for field in self._people.fields.split(","))
        is_deleted = metadata.get("deleted") is True or not has_fields
        key = json_text(person.get("resourceName")) or source_id(person) or f"#{number}"
        yield key, None if is_deleted else convert(person)


def source_id(person: JsonObject) -> str | None:
    """Return the id of the source of the first name, None without names."""
    names = json_objects(person.get("names"))
    if not names:
        return None
    source = json_object(json_object(names[0].get("metadata")).get("source"))
    return json_text(source.get("id")) or None
