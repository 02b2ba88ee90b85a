"""Lists that are read again only if they have changed, or of which only the changes are read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugins.backends.conftest import CreateBackend
from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
from xivo_dird.backend import DialPlan, ReportedEntries, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird_backends.json_ws.listed import JsonWsSnapshotBackend


class Book:
    """A service with a list of people.

    Attributes:
        people: The people; those that were removed are marked as deleted.
        asked: The parameter `since` of each request for changes.
        bodies: Number of complete answers.
        oldest: The first moment that the service still knows.
    """

    def __init__(self) -> None:
        self.people: dict[int, dict[str, Any]] = {}
        self.asked: list[str | None] = []
        self.bodies = 0
        self.has_etags = True
        self.oldest = 0
        self.http = FaultyHttp(self._respond)

    def put(self, key: int, name: str, changed: int, *, is_deleted: bool = False) -> None:
        """Store a person."""
        self.people[key] = {"id": key, "name": name, "changed": changed, "gone": is_deleted}

    def _respond(self, request: ReceivedRequest) -> HttpAnswer:
        since = dict(request.query).get("since")
        self.asked.append(since)
        if since is not None and int(since) < self.oldest:
            return HttpAnswer(410)
        found = [each for each in self.people.values() if since is None or each["changed"] >= int(since)]
        body = json.dumps(found).encode()
        tag = f'"{hash(body)}"' if self.has_etags else ""
        if tag and request.headers.get("if-none-match") == tag:
            return HttpAnswer(304)
        self.bodies += 1
        return HttpAnswer(body=body, headers={"ETag": tag} if tag else {})


@pytest.fixture
def book() -> Iterator[Book]:
    book = Book()
    book.put(1, "Ada", 10)
    book.put(2, "Ivo", 20)
    with book.http:
        yield book


MakeList = Any


@pytest.fixture
def make_list(create_backend: CreateBackend, book: Book) -> MakeList:
    def make(**options: Any) -> SnapshotBackend[SourceOptions]:
        common = {"name": "people", "url": book.http.url, "list": {"path": "people"}, "unique_column": "id"}
        backend = create_backend(JsonWsSnapshotBackend, {**common, **options}, DialPlan())
        assert isinstance(backend, SnapshotBackend)
        return backend

    return make


def names(backend: SnapshotBackend[SourceOptions]) -> list[object]:
    return [entry["name"] for entry in backend.entries(None)]


@pytest.mark.parametrize("has_etags", [True, False])
def test_a_list_has_the_same_version_until_it_changes(
    book: Book, make_list: MakeList, has_etags: bool
) -> None:
    book.has_etags = has_etags
    backend = make_list(etag=True)
    version = backend.version(None)
    assert backend.version(None) == backend.version(None) == version
    assert book.bodies == (1 if has_etags else 3)
    assert make_list(etag=True).version(None) == version
    book.put(3, "Zoë", 30)
    changed = backend.version(None)
    assert changed != version
    assert backend.version(None) == changed
    assert names(backend) == ["Ada", "Ivo", "Zoë"]


CHANGES: dict[str, Any] = {
    "list": {"path": "people", "query": {"since": "{since}"}},
    "changed": "changed",
    "deleted": "gone",
    "fields": {"id": "id", "name": "name"},
}


def test_only_what_has_changed_is_read(book: Book, make_list: MakeList, tmp_path: Path) -> None:
    backend = make_list(**CHANGES)
    assert names(backend) == ["Ada", "Ivo"]
    book.put(3, "Zoë", 30)
    book.put(1, "Ada Stern", 40)
    assert names(backend) == ["Ada Stern", "Ivo", "Zoë"]
    book.put(2, "Ivo", 50, is_deleted=True)
    assert names(make_list(**CHANGES)) == ["Ada Stern", "Zoë"]
    assert names(backend) == ["Ada Stern", "Zoë"]
    assert book.asked == [None, "20", "40", "50"]
    other = {**CHANGES, "fields": {"id": "id", "name": "id"}}
    assert names(make_list(**other)) == [1, 3]
    assert book.asked[-1] is None


def test_a_run_that_fails_changes_nothing(book: Book, make_list: MakeList) -> None:
    backend = make_list(**CHANGES)
    assert names(backend) == ["Ada", "Ivo"]
    book.people.clear()
    book.http.fault = lambda peer: peer.send(HttpAnswer(500).encode())
    with pytest.raises(SourceUnavailable, match="500"):
        names(backend)
    book.http.fault = None
    assert names(backend) == ["Ada", "Ivo"]


def test_a_moment_that_is_gone_leads_to_a_full_list(book: Book, make_list: MakeList) -> None:
    backend = make_list(**CHANGES)
    assert names(backend) == ["Ada", "Ivo"]
    del book.people[1]
    book.oldest = 30
    assert names(backend) == ["Ivo"]
    assert book.asked == [None, "20", None]
    book.http.fault = lambda peer: peer.send(HttpAnswer(410).encode())
    with pytest.raises(SourceUnavailable, match="410"):
        names(backend)


def test_the_first_moment_is_an_option(book: Book, make_list: MakeList) -> None:
    for number, start in enumerate((15, "15")):
        assert names(make_list(**CHANGES, since_start=start, limit=100 + number)) == ["Ivo"]


def test_items_that_are_left_out_are_counted(book: Book, make_list: MakeList) -> None:
    book.http.fault = lambda peer: peer.send(HttpAnswer(body=b'[{"id": 1, "name": "Ada"}, 7]').encode())
    entries = make_list().entries(None)
    assert isinstance(entries, ReportedEntries)
    assert len(list(entries)) == 1
    report = entries.report()
    assert (report.rows, report.skipped, report.reason) == (2, 1, "an item is no object")


def test_changed_items_without_an_id_are_counted(book: Book, make_list: MakeList) -> None:
    book.people[7] = {"name": "Nobody", "changed": 5, "gone": False}
    entries = make_list(**CHANGES).entries(None)
    assert isinstance(entries, ReportedEntries)
    assert len(list(entries)) == 2
    report = entries.report()
    assert (report.skipped, report.reason) == (1, "an item has no id")
