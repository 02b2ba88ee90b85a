"""A stand-in for a telephone system: its confd and its authentication server, on one loopback port.

with Pbx() as pbx:
    pbx.users.append(pbx_user(7, firstname="Ada", exten="2045"))
    ... options of a source: pbx.options(), or pbx.options(key_file="key.yml")
    pbx.tokens.clear()                       # confd refuses all tokens that were given out
    pbx.fault = http_faults.status(500)      # see FaultyHttp; with pbx.faulty_path only some requests
    assert pbx.queries("users") == [{"view": "directory", ...}]
"""

import json
import ssl
from base64 import b64decode
from collections.abc import Mapping
from itertools import count
from typing import Any

from anyascii import anyascii

from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
from servers.ports import HOST

AUTH, CONFD = "/auth/0.1", "/confd/1.1"
USERNAME, PASSWORD = "dird", "pàss:word"
SERVICE_ID, SERVICE_KEY = "dird-backend", "k3y"
INSTALLATION = "aaaaaaaa-0000-4000-8000-000000000000"

JsonItem = dict[str, Any]

UNAUTHORIZED = (401, {"reason": ["Authentication failed"]})


def pbx_user(number: int, **fields: object) -> JsonItem:
    """Return a user as the view `directory` of confd shows it."""
    empty = dict.fromkeys(("firstname", "lastname", "email", "exten", "mobile_phone_number", "userfield"))
    others = dict.fromkeys(("voicemail_number", "description", "agent_id", "line_id"))
    return {"id": number, "uuid": f"user-{number}", **empty, **others, "protocol": "sip", **fields}


def pbx_conference(number: int, name: str, extens: list[str], incalls: list[str] | None = None) -> JsonItem:
    """Return a conference with its extensions and the incoming calls that reach it."""
    extensions = [{"id": index, "exten": exten, "context": "default"} for index, exten in enumerate(extens)]
    reached = [{"id": 1, "extensions": [{"exten": exten, "context": "from"}]} for exten in incalls or []]
    return {"id": number, "name": name, "extensions": extensions, "incalls": reached, "record": False}


class Pbx(FaultyHttp):
    """The telephone system.

    Attributes:
        users: Its users.
        conferences: Its conferences.
        tokens: The service tokens that confd accepts.
        accounts: The passwords of the service accounts.
        infos_status: The status of `GET /infos`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        """Create it without users and conferences."""
        super().__init__(self.respond, tls)
        self.users: list[JsonItem] = []
        self.conferences: list[JsonItem] = []
        self.tokens: list[str] = []
        self.accounts = {USERNAME: PASSWORD, SERVICE_ID: SERVICE_KEY}
        self.infos_status = 200
        self._token_numbers = count(1)

    def options(self, key_file: str | None = None, **confd: object) -> dict[str, object]:
        """Return the options `auth` and `confd` of a source."""
        account = {"key_file": key_file} if key_file else {"username": USERNAME, "password": PASSWORD}
        return server_options(HOST, self.port, account, **confd)

    def queries(self, path: str) -> list[dict[str, str]]:
        """Return the parameters of the requests to a resource of confd."""
        return [dict(request.query) for request in self.requests if request.path == f"{CONFD}/{path}"]

    def token_requests(self) -> list[ReceivedRequest]:
        """Return the requests for service tokens."""
        return [request for request in self.requests if request.path == f"{AUTH}/token"]

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        """Return the answer of a working telephone system."""
        status, content = self._answer(request)
        return HttpAnswer(status, json.dumps(content).encode(), "application/json")

    def _answer(self, request: ReceivedRequest) -> tuple[int, object]:
        if (request.method, request.path) == ("POST", f"{AUTH}/token"):
            return self._new_token(request)
        if request.headers.get("x-auth-token") not in self.tokens:
            return UNAUTHORIZED
        query = dict(request.query)
        match request.path.removeprefix(CONFD):
            case "/infos":
                return self.infos_status, {"uuid": INSTALLATION}
            case "/users":
                return 200, listed(self.users, query)
            case "/conferences":
                return 200, listed(self.conferences, query)
        return 404, {"message": "no such URL"}

    def _new_token(self, request: ReceivedRequest) -> tuple[int, object]:
        kind, _, encoded = request.headers.get("authorization", "").partition(" ")
        username, _, password = b64decode(encoded).decode().partition(":")
        if kind != "Basic" or self.accounts.get(username) != password:
            return UNAUTHORIZED
        self.tokens.append(f"token-{next(self._token_numbers)}")
        return 200, {"data": {"token": self.tokens[-1], "metadata": {"tenant_uuid": "tenant"}}}


def server_options(host: str, port: int, account: Mapping[str, object], **confd: object) -> dict[str, object]:
    """Return the options `auth` and `confd` of a source for a telephone system without TLS."""
    server = {"host": host, "port": port, "https": False}
    return {
        "auth": {**server, "prefix": "/auth", **account},
        "confd": {**server, "prefix": "/confd", **confd},
    }


def listed(items: list[JsonItem], query: Mapping[str, str]) -> dict[str, object]:
    """Return the items that a query asks for, as confd lists them: searched, filtered, sorted, paginated."""
    term = _folded(query.get("search", ""))
    found = [item for item in items if any(term in _folded(value) for value in item.values())]
    for name in {
        "id",
        "uuid",
        "name",
        "firstname",
        "lastname",
        "exten",
        "mobile_phone_number",
    } & query.keys():
        found = [item for item in found if str(item.get(name)) in query[name].split(",")]
    order = query.get("order")
    if order is not None:
        found.sort(key=lambda item: _folded(item.get(order)), reverse=query.get("direction") == "desc")
    start = int(query.get("offset", "0"))
    end = start + int(query["limit"]) if "limit" in query else None
    return {"total": len(found), "items": found[start:end]}


def _folded(value: object) -> str:
    return "" if value is None else anyascii(str(value)).casefold()
