"""Reads people from Google's People API (v1), a page at a time."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import count

from xivo_dird.backend import CursorRefused, HttpClient, PageGuard, SyncPage, Throttled
from xivo_dird_backends._cloud_answers import CloudRefused, successful_json
from xivo_dird_backends._json_fields import JsonObject, json_object, json_objects, json_text

FIELDS = "names,emailAddresses,phoneNumbers,addresses,organizations,biographies"
PAGE_SIZE, SEARCH_SIZE = 1000, 30

THROTTLE_REASONS = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"}
)
THROTTLE_SECONDS = 60.0
"""Pause after a 403 with one of these reasons: the quotas are per minute."""


class GooglePeople:
    """The contacts of the owner of an access token."""

    def __init__(self, client: HttpClient, base: str, access_token: str) -> None:
        """Store where and on whose behalf to ask; `base` is the URL without a path."""
        self._client = client
        self._base = base.rstrip("/")
        self._headers = {"Authorization": f"Bearer {access_token}"}

    def pages(self, sync_token: str | None) -> Iterator[SyncPage]:
        """Yield the pages of what has changed since a sync token, or of all contacts.

        Raises:
            CursorRefused: The sync token has expired.
            SourceUnavailable: The list is incomplete.
        """
        query = {"requestSyncToken": "true"}
        if sync_token is not None:
            query["syncToken"] = sync_token
        numbers = count(1)
        for answer in self._answers(query):
            people = json_objects(answer.get("connections"))
            changes = [change for person in people for change in _changes(person, next(numbers))]
            yield SyncPage(changes, json_text(answer.get("nextSyncToken")) or None)

    def everyone(self) -> Iterator[JsonObject]:
        """Yield all contacts.

        Raises:
            SourceUnavailable: The list is incomplete.
        """
        for answer in self._answers({}):
            yield from json_objects(answer.get("connections"))

    def search(self, term: str) -> list[JsonObject]:
        """Return the contacts that Google finds.

        Raises:
            SourceUnavailable: There is no answer.
        """
        query = {"readMask": FIELDS, "pageSize": str(SEARCH_SIZE)}
        self._answer("people:searchContacts", query)  # Google asks for it: it loads the contacts
        answer = self._answer("people:searchContacts", {**query, "query": term})
        return [json_object(result.get("person")) for result in json_objects(answer.get("results"))]

    def _answers(self, query: Mapping[str, str]) -> Iterator[JsonObject]:
        query = {"personFields": FIELDS, "pageSize": str(PAGE_SIZE), **query}
        guard, page = PageGuard(self._base), query
        while True:
            answer = self._answer("people/me/connections", page)
            yield answer
            token = json_text(answer.get("nextPageToken"))
            if not token:
                return
            page = {**query, "pageToken": guard.check(token)}

    def _answer(self, path: str, query: Mapping[str, str]) -> JsonObject:
        response = self._client.get(f"{self._base}/v1/{path}", query=query, headers=self._headers)
        try:
            return successful_json(response)
        except CloudRefused as error:
            if "syncToken" in query and error.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE}:
                raise CursorRefused("the sync token has expired") from error
            if error.status == HTTPStatus.FORBIDDEN and error.codes & THROTTLE_REASONS:
                self._client.throttle.pause(THROTTLE_SECONDS)
                raise Throttled(str(error)) from error
            raise


def _changes(person: JsonObject, number: int) -> Iterator[tuple[str, JsonObject | None]]:
    """Yield what a person of a list means for a copy: former names of the resource are removed."""
    metadata = json_object(person.get("metadata"))
    former = metadata.get("previousResourceNames")
    for name in former if isinstance(former, list) else ():
        yield json_text(name), None
    is_deleted = metadata.get("deleted") is True or not any(field in person for field in FIELDS.split(","))
    key = json_text(person.get("resourceName")) or source_id(person) or f"#{number}"
    yield key, None if is_deleted else person


def source_id(person: JsonObject) -> str | None:
    """Return the id of the source of the first name, None without names."""
    names = json_objects(person.get("names"))
    if not names:
        return None
    source = json_object(json_object(names[0].get("metadata")).get("source"))
    return json_text(source.get("id")) or None
