"""A stand-in for Google's People API: lists, changes since a sync token, search, and their documented errors.

with GooglePeopleServer() as google:
    google.book("its-access-token").put(person("c1", "Ada Stern", work="555 0101"))
    ... settings: {"endpoint": google.url}
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from servers.web_server import WebAnswer, WebRequest, WebServer

FIELDS = "names,emailAddresses,phoneNumbers,addresses,organizations,biographies"


def person(
    key: str, name: str | None = None, numbers: Sequence[tuple[str | None, str]] = (), **fields: object
) -> dict[str, object]:
    """Return a person.

    Args:
        key: The id of its source, and the end of its resource name.
        name: The display name: first and last name.
        numbers: Pairs of type (None: missing) and number.
        fields: Further fields.
    """
    found: dict[str, object] = {"resourceName": f"people/{key}", **fields}
    if name is not None:
        first, _, last = name.partition(" ")
        source = {"source": {"type": "CONTACT", "id": key}}
        found["names"] = [{"metadata": source, "displayName": name, "givenName": first, "familyName": last}]
    if numbers:
        found["phoneNumbers"] = [
            {"value": value} if kind is None else {"type": kind, "value": value} for kind, value in numbers
        ]
    return found


@dataclass
class GoogleBook:
    """The contacts of one user, with the history of their changes."""

    people: dict[str, dict[str, object]] = field(default_factory=dict)
    history: list[dict[str, object]] = field(default_factory=list)
    expired_tokens: set[str] = field(default_factory=set)

    def put(self, *people: dict[str, object]) -> None:
        """Add or replace people."""
        for item in people:
            self.people[str(item["resourceName"])] = item
            self.history.append(item)

    def remove(self, key: str) -> None:
        """Remove a person."""
        name = f"people/{key}"
        del self.people[name]
        self.history.append({"resourceName": name, "metadata": {"deleted": True}})

    @property
    def sync_token(self) -> str:
        return f"sync-{len(self.history)}"


class GooglePeopleServer(WebServer):
    """The server; an access token of nobody is a 401."""

    def __init__(self, page_size: int = 1000) -> None:
        super().__init__(self._route)
        self.page_size = page_size
        self.failures: list[WebAnswer] = []
        """Answers to the next requests, whatever these are."""
        self.repeats_pages = False
        self._books: dict[str, GoogleBook] = {}

    def book(self, access_token: str) -> GoogleBook:
        """Return the contacts of the owner of an access token."""
        return self._books.setdefault(access_token, GoogleBook())

    def syncs(self) -> list[str | None]:
        """Return the sync token of each list that was begun, None for a list of everything."""
        lists = [request for request in self.requests if request.path.endswith("/connections")]
        return [request.query.get("syncToken") for request in lists if "pageToken" not in request.query]

    def _route(self, request: WebRequest) -> WebAnswer:
        if self.failures:
            return self.failures.pop(0)
        book = self._books.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if book is None:
            return error(401, "UNAUTHENTICATED")
        if request.path == "/v1/people/me/connections":
            return self._connections(book, request)
        if request.path == "/v1/people:searchContacts":
            return _found(book, request)
        return error(404, "NOT_FOUND")

    def _connections(self, book: GoogleBook, request: WebRequest) -> WebAnswer:
        if request.query.get("personFields") != FIELDS or request.query.get("pageSize") != "1000":
            return error(400, "INVALID_ARGUMENT")
        token = request.query.get("syncToken")
        if token in book.expired_tokens:
            return error(400, "FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN")
        people = list(book.people.values())
        if token is not None:
            people = book.history[int(token.removeprefix("sync-")) :]
        start = int(request.query.get("pageToken", "0"))
        end = start + self.page_size
        answer: dict[str, object] = {}
        if people[start:end]:
            answer["connections"] = people[start:end]
        if self.repeats_pages:
            answer["nextPageToken"] = "0"
        elif end < len(people):
            answer["nextPageToken"] = str(end)
        elif request.query.get("requestSyncToken") == "true":
            answer["nextSyncToken"] = book.sync_token
        return WebAnswer(200, answer)


def _found(book: GoogleBook, request: WebRequest) -> WebAnswer:
    if request.query.get("readMask") != FIELDS or request.query.get("pageSize") != "30":
        return error(400, "INVALID_ARGUMENT")
    term = request.query.get("query", "").lower()
    if not term:
        return WebAnswer(200, {})
    people = [item for item in book.people.values() if term in str(item.get("names")).lower()]
    return WebAnswer(200, {"results": [{"person": item} for item in people]})


def error(status: int, text: str, reason: str | None = None, **headers: str) -> WebAnswer:
    """Return an error as Google writes it."""
    details = (
        [] if reason is None else [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    )
    content = {"error": {"code": status, "message": f"{text} …", "status": text, "details": details}}
    return WebAnswer(status, content, headers)
