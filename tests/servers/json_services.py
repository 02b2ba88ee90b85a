"""Stand-ins for CRMs and ticket systems that answer JSON, each below a path of its own.

with JsonServices() as services:
    ... f"{services.url}/espo/api/v1", "/odoo", "/hubspot", "/vtiger", "/glpi/apirest.php", "/zoho", "/salesforce"
    services.people.append(Person("7", "Ada Stern", "+49 30 23125040", "0171 5550001"))
    services.sessions.clear()  # all sessions and tokens have expired
"""

import json
import re
from collections.abc import Callable, Sequence
from hashlib import md5
from typing import Any
from urllib.parse import parse_qs

from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
from servers.json_people import PEOPLE, Person, answer, find
from servers.lifetime import ContextServer
from servers.salesforce import Salesforce

KEY = "k3y-of-the-crm"
ACCOUNT = "dird"


class JsonServices(ContextServer):
    """The services.

    Attributes:
        http: The server.
        people: The people of all services.
        sessions: The sessions and tokens that are valid.
        logins: Number of logins.
        salesforce: Salesforce, which verifies the tokens that clients sign.
    """

    def __init__(self, key: str = KEY) -> None:
        """Reserve a port; all services accept a key."""
        self.key = key
        self.http = FaultyHttp(self._respond)
        self.people = [*PEOPLE]
        self.sessions: set[str] = set()
        self.logins = 0
        self.salesforce = Salesforce(lambda: self.people, self.sessions, self.log_in)
        self._services: dict[str, Callable[[ReceivedRequest], HttpAnswer]] = {
            "espo": self._espo,
            "odoo": self._odoo,
            "hubspot": self._hubspot,
            "vtiger": self._vtiger,
            "glpi": self._glpi,
            "zoho": self._zoho,
            "salesforce": self.salesforce.respond,
        }

    def start(self) -> None:
        """Start."""
        self.http.start()

    def close(self) -> None:
        """Stop."""
        self.http.close()

    @property
    def url(self) -> str:
        """Return the URL of the server."""
        return self.http.url

    def log_in(self) -> str:
        """Return a new session."""
        self.logins += 1
        self.sessions.add(f"session-{self.logins}")
        return f"session-{self.logins}"

    def find(self, name: str = "", digits: str = "") -> list[Person]:
        """Return the people whose name contains a text, and who have a number with these digits."""
        return find(self.people, name, digits)

    def _respond(self, request: ReceivedRequest) -> HttpAnswer:
        service = self._services.get(request.path.split("/")[1])
        return answer({"message": "no such service"}, 404) if service is None else service(request)

    def _espo(self, request: ReceivedRequest) -> HttpAnswer:
        """EspoCRM: an API key in a header, pages by offset."""
        query = dict(request.query)
        if request.headers.get("x-api-key") != self.key:
            return HttpAnswer(401)
        key = request.path.removeprefix("/espo/api/v1/Contact").strip("/")
        if key:
            found = [person for person in self.people if person.id == key]
            return answer(_espo_contact(found[0])) if found else HttpAnswer(404)
        value = query.get("where[0][value]", "")
        is_number = query.get("where[0][attribute]") == "phoneNumber"
        people = self.find(digits=value) if is_number else self.find(value)
        page = people[int(query.get("offset", 0)) :][: int(query["maxSize"])]
        return answer({"total": len(people), "list": [_espo_contact(person) for person in page]})

    def _odoo(self, request: ReceivedRequest) -> HttpAnswer:
        """Odoo: JSON-RPC, whose errors have status 200."""
        parameters = json.loads(request.body)["params"]
        if parameters["service"] == "common":
            is_known = parameters["args"][:3] == ["crm", ACCOUNT, self.key]
            return answer({"jsonrpc": "2.0", "id": 1, "result": 7 if is_known else False})
        _, uid, key, _, _, (domain,), options = parameters["args"]
        if (uid, key) != (7, self.key):
            name = "odoo.exceptions.AccessDenied"
            return answer({"error": {"code": 200, "message": "Odoo Server Error", "data": {"name": name}}})
        leaves = [leaf for leaf in domain if isinstance(leaf, list)]
        people = [p for p in self.people if not leaves or any(_odoo_matches(p, *leaf) for leaf in leaves)]
        start = options.get("offset", 0)
        return answer(
            {"result": [_odoo_contact(person) for person in people[start : start + options["limit"]]]}
        )

    def _hubspot(self, request: ReceivedRequest) -> HttpAnswer:
        """HubSpot: a bearer token, a search by POST, pages by a cursor."""
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return answer({"category": "INVALID_AUTHENTICATION"}, 401)
        asked: dict[str, Any] = {**dict(request.query), **json.loads(request.body or b"{}")}
        people = self.find(asked.get("query", ""))
        for group in asked.get("filterGroups", ()):
            people = self.find(digits=group["filters"][0]["value"])
        start, limit = int(asked.get("after", 0)), int(asked["limit"])
        page, end = people[start : start + limit], start + limit
        following = {"paging": {"next": {"after": str(end)}}} if end < len(people) else {}
        return answer({"results": [_hubspot_contact(person) for person in page], **following})

    def _vtiger(self, request: ReceivedRequest) -> HttpAnswer:
        """VTiger: a challenge, a login with its hash, statements in a query language, errors with status 200."""
        query, form = dict(request.query), parse_qs(request.body.decode())
        if query.get("operation") == "getchallenge":
            return answer({"success": True, "result": {"token": "challenge"}})
        if form.get("operation") == ["login"]:
            expected = md5(f"challenge{self.key}".encode(), usedforsecurity=False).hexdigest()
            if form["accessKey"] != [expected]:
                return answer({"success": False, "error": {"code": "INVALID_USER_CREDENTIALS"}})
            return answer({"success": True, "result": {"sessionName": self.log_in()}})
        if query.get("sessionName") not in self.sessions:
            return answer({"success": False, "error": {"code": "INVALID_SESSIONID"}})
        like = re.search(r"(\w+) LIKE '%((?:[^']|'')*)%'", query["query"])
        value = "" if like is None else like[2].replace("''", "'").replace("\\", "")
        people = self.find(digits=value) if like is not None and like[1] == "phone" else self.find(value)
        offset, size = map(int, query["query"].rstrip(";").rsplit(" ", 1)[1].split(","))
        rows = [
            {"id": f"12x{p.id}", "label": p.name, "phone": p.phone, "mobile": p.mobile}
            for p in people[offset : offset + size]
        ]
        return answer({"success": True, "result": rows})

    def _glpi(self, request: ReceivedRequest) -> HttpAnswer:
        """GLPI: a session in a header, fields with numbers as names, pages by ranges."""
        if request.headers.get("app-token") != "app":
            return answer(["ERROR_WRONG_APP_TOKEN_PARAMETER", ""], 400)
        if request.path.endswith("/initSession"):
            if request.headers.get("authorization") != f"user_token {self.key}":
                return answer(["ERROR_GLPI_LOGIN_USER_TOKEN", ""], 401)
            return answer({"session_token": self.log_in()})
        if request.headers.get("session-token") not in self.sessions:
            return answer(["ERROR_SESSION_TOKEN_INVALID", ""], 401)
        start, _, end = dict(request.query)["range"].partition("-")
        page = self.people[int(start) : int(end) + 1]
        rows = [{"1": p.name, "2": int(p.id), "3": p.phone, "5": p.mobile or None} for p in page]
        return answer({"totalcount": len(self.people), "data": rows}, 206)

    def _zoho(self, request: ReceivedRequest) -> HttpAnswer:
        """Zoho: a token for a refresh token, an empty 204 for nothing."""
        if request.path == "/zoho/oauth/v2/token":
            form = parse_qs(request.body.decode())
            if (form["grant_type"], form["refresh_token"]) != (["refresh_token"], [self.key]):
                return answer({"error": "invalid_code"}, 400)
            return answer({"access_token": self.log_in(), "expires_in": 3600})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Zoho-oauthtoken" or token not in self.sessions:
            return answer({"code": "INVALID_TOKEN"}, 401)
        query = dict(request.query)
        people = self.find(query.get("word", ""), query.get("phone", ""))
        rows = [
            {"id": p.id, "Full_Name": p.name, "Phone": p.phone, "Mobile": p.mobile or None} for p in people
        ]
        return answer({"data": rows, "info": {"more_records": False}}) if rows else HttpAnswer(204)


def _espo_contact(person: Person) -> dict[str, Any]:
    numbers: Sequence[tuple[str, str]] = (("Office", person.phone), ("Mobile", person.mobile))
    data = [{"phoneNumber": number, "type": kind, "primary": False} for kind, number in numbers if number]
    return {"id": person.id, "name": person.name, "phoneNumber": person.phone, "phoneNumberData": data}


def _odoo_contact(person: Person) -> dict[str, Any]:
    phones = {"phone": person.phone or False, "mobile": person.mobile or False}
    return {"id": int(person.id), "name": person.name, "parent_id": [3, "Acme"], **phones}


def _odoo_matches(person: Person, field: str, operator: str, value: Any) -> bool:
    if operator == "in":
        return person.id in value
    if field == "name":
        return str(value).lower() in person.name.lower()
    return bool(value) and value in re.sub(r"\D", "", f"{person.phone}/{person.mobile}")


def _hubspot_contact(person: Person) -> dict[str, Any]:
    first, _, last = person.name.partition(" ")
    properties = {"firstname": first, "lastname": last, "phone": person.phone, "mobilephone": person.mobile}
    return {"id": person.id, "properties": properties, "updatedAt": "2026-01-01T00:00:00Z"}
