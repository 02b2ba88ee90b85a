"""A stand-in for Salesforce: a token for a signed token, query languages, links to the next page without a host."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import parse_qs

from servers.faulty_http import HttpAnswer, ReceivedRequest
from servers.json_people import Person, answer, find
from servers.jwt_endpoint import JwtEndpoint, rsa_key

AUDIENCE = "https://login.salesforce.com"


class Salesforce:
    """The service, below the path `/salesforce/services/`.

    Attributes:
        endpoint: Verifies the tokens that clients sign.
    """

    def __init__(
        self, people: Callable[[], Sequence[Person]], sessions: Collection[str], log_in: Callable[[], str]
    ) -> None:
        """Show what `people` returns to those with a token of `sessions`; `log_in` returns a new one."""
        self.endpoint = JwtEndpoint(log_in, rsa_key().public_key(), AUDIENCE)
        self._people = people
        self._sessions = sessions

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        """Return the answer to a request."""
        path = request.path.removeprefix("/salesforce/services/")
        if path == "oauth2/token":
            form = {name: texts[0] for name, texts in parse_qs(request.body.decode()).items()}
            status, content = self.endpoint.answer(form)
            return answer(content, status)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._sessions:
            return answer([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired"}], 401)
        asked = dict(request.query).get("q", "")
        if path == "data/v62.0/search":
            return self._search(asked)
        if path == "data/v62.0/query":
            if not re.fullmatch(r"SELECT Id, [\w., ]+ FROM Contact", asked):
                return answer([{"errorCode": "MALFORMED_QUERY", "message": asked}], 400)
            start = 0
        else:
            start = int(path.removeprefix("data/v62.0/query/01g-"))
        end, people = start + 2, self._people()
        following = {"nextRecordsUrl": f"/salesforce/services/data/v62.0/query/01g-{end}"}
        is_done = end >= len(people)
        records = [_contact(person) for person in people[start:end]]
        page = {"totalSize": len(people), "done": is_done, "records": records}
        return answer(page if is_done else {**page, **following})

    def _search(self, asked: str) -> HttpAnswer:
        """Return what a statement of SOSL finds, which has its term in braces and escapes signs in it."""
        found = re.fullmatch(r"FIND \{(.+)\} IN (NAME|PHONE) FIELDS RETURNING Contact\([\w, ]+\)", asked)
        if found is None:
            return answer([{"errorCode": "MALFORMED_SEARCH", "message": asked}], 400)
        term = re.sub(r"\\(.)", r"\1", found[1])
        people = find(self._people(), term) if found[2] == "NAME" else find(self._people(), digits=term)
        return answer({"searchRecords": [_contact(person) for person in people]})


def _contact(person: Person) -> dict[str, Any]:
    account = {"attributes": {"type": "Account"}, "Name": "Acme"}
    phones = {"Phone": person.phone, "MobilePhone": person.mobile or None}
    return {
        "attributes": {"type": "Contact"},
        "Id": person.id,
        "Name": person.name,
        "Account": account,
        **phones,
    }
