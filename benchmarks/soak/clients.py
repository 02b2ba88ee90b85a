"""The clients of a soak, each in a thread of its own, until the soak ends."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from urllib.parse import quote

from servers.daemon import TOKEN
from soak.figures import LOST, Answers
from soak.target import EDITED_SOURCE, OFFICE, PEOPLE, SoakDaemon, number_of, term_of, token_of
from waiting import TIMEOUT

THINK_SECONDS = 0.01
EDIT_SECONDS = 0.5
MAX_SOURCES = 5
"""Number of sources that the editor has at the same time."""

IMPORTED = "firstname,number\n" + "".join(f"Bob{number},{5000 + number}\n" for number in range(20))


class SoakClient:
    """One persistent connection, opened again when it is lost."""

    def __init__(self, daemon: SoakDaemon, token: str) -> None:
        """Connect with the first request."""
        self._connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=TIMEOUT)
        self._token = token

    def send(self, method: str, path: str, body: object = None) -> tuple[int | str, bytes]:
        """Send a request; return status and body of the answer, or `LOST` if the connection ended before it."""
        headers = {"X-Auth-Token": self._token, "Content-Type": "application/json"}
        if isinstance(body, str):
            data, headers["Content-Type"] = body, "text/csv; charset=utf-8"
        else:
            data = "" if body is None else json.dumps(body)
        try:
            self._connection.request(method, f"/0.1{path}", data or None, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return LOST, b""


class OrdinaryClient:
    """A phone: lookups, reverse lookups, favorites and personal contacts of its user."""

    def __init__(self, daemon: SoakDaemon, number: int, answers: Answers) -> None:
        """Create a client with a user of its own."""
        self._client = SoakClient(daemon, token_of(number))
        self._rng = random.Random(number)
        self._answers = answers

    def run(self, ended: threading.Event) -> None:
        """Send requests until `ended` is set."""
        while not ended.wait(THINK_SECONDS):
            started_at = time.perf_counter()
            status, _ = self._client.send(*self._next())
            self._answers.add(status, time.perf_counter() - started_at)

    def _next(self) -> tuple[str, str, object]:
        person = self._rng.randrange(PEOPLE)
        lookup = "GET", f"/directories/lookup/default?term={term_of(person)}", None
        reverse = "GET", f"/directories/reverse/default/{OFFICE}?exten={quote(number_of(person))}", None
        favorite = f"/directories/favorites/people/{person % 50}"
        rare: list[tuple[str, str, object]] = [
            ("PUT", favorite, None),
            ("DELETE", favorite, None),
            ("GET", "/directories/favorites/default", None),
            ("GET", "/directories/lookup/default/headers", None),
            ("POST", "/personal/import", IMPORTED),
            ("GET", "/personal", None),
            ("DELETE", "/personal", None),
        ]
        return self._rng.choice([lookup] * 20 + [reverse] * 10 + rare)


def follow_feed(daemon: SoakDaemon, answers: Answers, ended: threading.Event) -> None:
    """Follow the events of the tenant, as a PBX does."""
    client, cursor = SoakClient(daemon, TOKEN), "now"
    while not ended.is_set():
        status, body = client.send("GET", f"/events?after={cursor}&wait=2")
        answers.count(status)
        if status == 200:
            cursor = str(json.loads(body)["next"])


class Editor:
    """An administrator who adds, renames, edits and removes sources, and whose people change."""

    def __init__(self, daemon: SoakDaemon, answers: Answers) -> None:
        """Create an editor without sources."""
        self._daemon = daemon
        self._client = SoakClient(daemon, TOKEN)
        self._answers = answers
        self._rng = random.Random(0)
        self._editions = 0

    def run(self, ended: threading.Event) -> None:
        """Change something until `ended` is set."""
        changes: list[Callable[[list[str]], None]] = [
            self._edit,
            self._edit,
            self._replace_people,
            self._remove,
        ]
        while not ended.wait(EDIT_SECONDS):
            sources = self._sources()
            if len(sources) < MAX_SOURCES:
                self._send("POST", "/backends/csv/sources", self._source())
            if sources:
                self._rng.choice(changes)(sources)

    def _sources(self) -> list[str]:
        """Return the uuids of the sources that are not declared."""
        status, body = self._client.send("GET", "/backends/csv/sources?search=edition")
        return [source["uuid"] for source in json.loads(body)["items"]] if status == 200 else []

    def _source(self) -> dict[str, object]:
        self._editions += 1
        name = f"edition {self._editions}"
        return {
            **EDITED_SOURCE,
            "name": name,
            "searched_columns": self._rng.choice([["lastname"], ["number"]]),
        }

    def _edit(self, sources: list[str]) -> None:
        """Rename a source and change its options."""
        self._send("PUT", f"/backends/csv/sources/{self._rng.choice(sources)}", self._source())

    def _replace_people(self, _sources: list[str]) -> None:
        self._editions += 1
        self._daemon.replace_people(self._editions)

    def _remove(self, sources: list[str]) -> None:
        self._send("DELETE", f"/backends/csv/sources/{self._rng.choice(sources)}")

    def _send(self, method: str, path: str, body: object = None) -> None:
        self._answers.count(self._client.send(method, path, body)[0])
