"""A stand-in for the contacts of Microsoft Graph: lists, changes since a delta link, and their documented errors.

with GraphServer() as graph:
    graph.mailbox("its-access-token").put(contact("c1", "Ada", "Stern", mobilePhone="5550199"))
    ... options: {"endpoint": graph.endpoint}
"""

from dataclasses import dataclass, field

from servers.web_server import WebAnswer, WebRequest, WebServer

CONTACTS = "/v1.0/me/contacts"
FOLDER = "AQMk=folder"
DELTA = f"/v1.0/me/contactFolders/{FOLDER.replace('=', '%3D')}/contacts/delta"


def contact(key: str, first: str | None, last: str | None = None, **fields: object) -> dict[str, object]:
    """Return a contact of the default folder."""
    names = [name for name in (first, last) if name]
    return {
        "id": key,
        "parentFolderId": FOLDER,
        "givenName": first,
        "surname": last,
        "displayName": " ".join(names),
        "emailAddresses": [],
        "businessPhones": [],
        "homePhones": [],
        "mobilePhone": None,
        **fields,
    }


@dataclass
class Mailbox:
    """The contacts of one user, with the history of their changes."""

    contacts: dict[str, dict[str, object]] = field(default_factory=dict)
    history: list[dict[str, object]] = field(default_factory=list)
    groups: int = 0
    """Number of contact groups, which are counted but not listed."""

    def put(self, *contacts: dict[str, object]) -> None:
        """Add or replace contacts."""
        for item in contacts:
            self.contacts[str(item["id"])] = item
            self.history.append(item)

    def remove(self, key: str) -> None:
        """Remove a contact."""
        del self.contacts[key]
        self.history.append({"id": key, "@removed": {"reason": "deleted"}})


class GraphServer(WebServer):
    """The server; an access token of nobody is a 401."""

    def __init__(self, max_page_size: int = 1000, has_delta: bool = True) -> None:
        super().__init__(self._route)
        self.endpoint = f"{self.url}{CONTACTS}"
        self.max_page_size = max_page_size
        self.has_delta = has_delta
        self.failures: list[WebAnswer] = []
        """Answers to the next requests, whatever these are."""
        self.next_link: str | None = None
        """What every page links to, if set."""
        self.expired: set[str] = set()
        """Delta tokens that the server has forgotten."""
        self._mailboxes: dict[str, Mailbox] = {}

    def mailbox(self, access_token: str) -> Mailbox:
        """Return the contacts of the owner of an access token."""
        return self._mailboxes.setdefault(access_token, Mailbox())

    def calls(self) -> list[str]:
        """Return what was requested: `count`, `list`, or the delta token (`everything` at first)."""
        return [_call(request) for request in list(self.requests)]

    def _route(self, request: WebRequest) -> WebAnswer:
        if self.failures:
            return self.failures.pop(0)
        mailbox = self._mailboxes.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if mailbox is None:
            return error(401, "InvalidAuthenticationToken")
        if 'IdType="ImmutableId"' not in request.headers.get("prefer", ""):
            return error(400, "ErrorInvalidRequest")
        if request.path == CONTACTS:
            return self._listed(mailbox, request)
        if request.path == DELTA and self.has_delta:
            return self._changed(mailbox, request)
        return error(404, "Request_ResourceNotFound")

    def _listed(self, mailbox: Mailbox, request: WebRequest) -> WebAnswer:
        contacts = list(mailbox.contacts.values())
        size = min(int(request.query.get("$top", "10")), self.max_page_size)
        start = int(request.query.get("$skip", "0"))
        answer: dict[str, object] = {"value": contacts[start : start + size]}
        if request.query.get("$count") == "true":
            answer["@odata.count"] = len(contacts) + mailbox.groups
        if self.next_link is not None:
            answer["@odata.nextLink"] = self.next_link
        elif start + size < len(contacts):
            answer["@odata.nextLink"] = f"{self.endpoint}?$top={size}&$skip={start + size}"
        return WebAnswer(200, answer)

    def _changed(self, mailbox: Mailbox, request: WebRequest) -> WebAnswer:
        token = request.query.get("$deltatoken")
        if token in self.expired:
            return error(410, "SyncStateNotFound")
        items = list(mailbox.contacts.values()) if token is None else mailbox.history[int(token) :]
        start = int(request.query.get("$skiptoken", "0"))
        answer: dict[str, object] = {"value": items[start : start + self.max_page_size]}
        query = "" if token is None else f"$deltatoken={token}&"
        if self.next_link is not None:
            answer["@odata.nextLink"] = self.next_link
        elif start + self.max_page_size < len(items):
            answer["@odata.nextLink"] = f"{self.url}{DELTA}?{query}$skiptoken={start + self.max_page_size}"
        else:
            answer["@odata.deltaLink"] = f"{self.url}{DELTA}?$deltatoken={len(mailbox.history)}"
        return WebAnswer(200, answer)


def _call(request: WebRequest) -> str:
    if request.path == DELTA:
        return request.query.get("$deltatoken", "everything")
    return "count" if "$count" in request.query else "list"


def error(status: int, code: str, inner: str | None = None, **headers: str) -> WebAnswer:
    """Return an error as Graph writes it."""
    inner_error = {"request-id": "11111111-1111-1111-1111-111111111111"}
    if inner is not None:
        inner_error["code"] = inner
    content = {"error": {"code": code, "message": "Text for people.", "innerError": inner_error}}
    return WebAnswer(status, content, headers)
