"""With several workers, a client sees its own change in the next request, whichever worker answers it."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from servers.foreground import Foreground
from servers.pinned_client import PinnedClient
from servers.worker_daemon import WORKERS, with_people, workers
from waiting import wait_until

ROUNDS = 10
"""Changes per test, each followed at once by requests to every worker: a poll would miss one of them."""


@contextmanager
def running_daemon(folder: Path) -> Iterator[Foreground]:
    """Run a daemon, and stop it at the end."""
    with with_people(folder) as running:
        yield running
        running.signal(signal.SIGTERM)
        running.wait()


@pytest.fixture
def new_daemon(tmp_path: Path) -> Iterator[Foreground]:
    with running_daemon(tmp_path) as running:
        yield running


@pytest.fixture
def new_client(new_daemon: Foreground) -> Iterator[PinnedClient]:
    with closing(PinnedClient(new_daemon)) as connected:
        yield connected


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreground]:
    """Share one daemon between tests whose resources have names of their own."""
    with running_daemon(tmp_path_factory.mktemp("daemon")) as running:
        yield running


@pytest.fixture
def client(daemon: Foreground) -> Iterator[PinnedClient]:
    with closing(PinnedClient(daemon)) as connected:
        yield connected


def lookup(client: PinnedClient, profile: str, term: str) -> list[Any]:
    answers = client.read(f"/directories/lookup/{profile}?term={quote(term)}")
    assert [status for status, _ in answers] == [200] * WORKERS
    return [answer for _, answer in answers]


def marks(answers: list[Any]) -> list[bool]:
    """Return the favorite mark of the only contact in each answer."""
    return [result["column_values"][-1] for answer in answers for result in answer["results"]]


def test_the_two_connections_lead_to_two_workers(new_client: PinnedClient) -> None:
    new_client.send(new_client.connections[0], "GET", "/directories/lookup/default?term=ada")
    counts = [
        source["counts"] for _, answer in new_client.read("/status") for source in answer["sources"].values()
    ]
    assert counts == [{"ok": 1}, {}]


def test_favorites(client: PinnedClient) -> None:
    assert marks(lookup(client, "default", "ada 177")) == [False] * WORKERS
    for number in range(ROUNDS):
        client.change(number, "PUT", "/directories/favorites/people/177")
        assert marks(lookup(client, "default", "ada 177")) == [True] * WORKERS
        client.change(number + 1, "DELETE", "/directories/favorites/people/177")
        assert marks(lookup(client, "default", "ada 177")) == [False] * WORKERS


def test_displays_and_profiles(client: PinnedClient) -> None:
    for number in range(ROUNDS):
        columns = [{"title": f"Title {number}", "field": "name"}]
        display = client.change(number, "POST", "/displays", {"name": "mine", "columns": columns})
        profile = {"name": f"mine {number}", "display": display, "services": {"lookup": {}}}
        created = client.change(number + 1, "POST", "/profiles", profile)
        headers = client.read(f"/directories/lookup/mine%20{number}/headers")
        assert [answer["column_headers"] for _, answer in headers] == [[f"Title {number}"]] * WORKERS
        changed = {"name": "mine", "columns": [{"title": "Changed", "field": "name"}]}
        client.change(number, "PUT", f"/displays/{display['uuid']}", changed)
        headers = client.read(f"/directories/lookup/mine%20{number}/headers")
        assert [answer["column_headers"] for _, answer in headers] == [["Changed"]] * WORKERS
        client.change(number, "DELETE", f"/profiles/{created['uuid']}")
        assert [status for status, _ in client.read(f"/directories/lookup/mine%20{number}/headers")] == [
            404
        ] * WORKERS


def test_sources(client: PinnedClient) -> None:
    body = {"name": "mine", "file": "people.csv", "unique_column": "id", "searched_columns": ["id"]}
    source = client.change(0, "POST", "/backends/csv/sources", body)
    services = {"lookup": {"sources": [source]}}
    client.change(1, "POST", "/profiles", {"name": "files", "services": services})
    path = f"/backends/csv/sources/{source['uuid']}"
    for number in range(ROUNDS):
        for column, found in (("name", 1), ("other", 0)):
            client.change(number, "PUT", path, {**body, "searched_columns": [column]})
            answers = lookup(client, "files", "ada 177")
            assert [len(answer["results"]) for answer in answers] == [found] * WORKERS
        client.change(number, "PUT", path, {**body, "name": f"mine {number}", "searched_columns": ["name"]})
        names = [answer["results"][0]["source"] for answer in lookup(client, "files", "ada 177")]
        assert names == [f"mine {number}"] * WORKERS


def test_the_sources_of_the_status(client: PinnedClient) -> None:
    for number in range(ROUNDS):
        body = {"name": f"listed {number}", "file": "people.csv"}
        source = client.change(number, "POST", "/backends/csv/sources", body)
        assert all(source["uuid"] in answer["sources"] for _, answer in client.read("/status"))
        client.change(number + 1, "DELETE", f"/backends/csv/sources/{source['uuid']}")
        assert not any(source["uuid"] in answer["sources"] for _, answer in client.read("/status"))


def test_personal_contacts(client: PinnedClient) -> None:
    source = client.change(0, "POST", "/backends/personal/sources", {"name": "my", "searched_columns": ["a"]})
    services = {"lookup": {"sources": [source]}}
    client.change(0, "POST", "/profiles", {"name": "personal", "services": services})
    for number in range(ROUNDS):
        contact = client.change(number, "POST", "/personal", {"a": f"contact {number}"})
        found = lookup(client, "personal", f"contact {number}")
        assert [len(answer["results"]) for answer in found] == [1, 1]
        client.change(number + 1, "DELETE", f"/personal/{contact['id']}")
        found = lookup(client, "personal", f"contact {number}")
        assert [len(answer["results"]) for answer in found] == [0, 0]


def test_phonebooks(client: PinnedClient) -> None:
    phonebook = client.change(0, "POST", "/phonebooks", {"name": "book"})
    body = {"phonebook_uuid": phonebook["uuid"], "searched_columns": ["a"]}
    source = client.change(1, "POST", "/backends/phonebook/sources", body)
    client.change(0, "POST", "/profiles", {"name": "book", "services": {"lookup": {"sources": [source]}}})
    path = f"/phonebooks/{phonebook['uuid']}"
    for number in range(ROUNDS):
        client.change(number, "POST", f"{path}/contacts", {"a": f"contact {number}"})
        client.change(number + 1, "PUT", path, {"name": f"book {number}"})
        for answer in lookup(client, "book", f"contact {number}"):
            assert [result["source"] for result in answer["results"]] == [f"book {number}"]


def test_debugging_is_turned_on_and_off_for_all_workers(client: PinnedClient, daemon: Foreground) -> None:
    for number in range(ROUNDS):
        for is_on in (True, False):
            patch = [{"op": "replace", "path": "/debug", "value": is_on}]
            assert client.change(number, "PATCH", "/config", patch)["debug"] is is_on
            assert [answer["debug"] for _, answer in client.read("/config")] == [is_on] * WORKERS
            before = debug_lines(daemon)
            lookup(client, "default", "ada 177")
            assert debug_lines(daemon) - before == (WORKERS if is_on else 0)


def debug_lines(daemon: Foreground) -> int:
    return len(re.findall(r"\(DEBUG\) .*: Asked 1 sources", daemon.log()))


def test_a_worker_that_replaces_another_one_keeps_debugging(
    new_client: PinnedClient, new_daemon: Foreground
) -> None:
    new_client.change(0, "PATCH", "/config", [{"op": "replace", "path": "/debug", "value": True}])
    before = workers(new_daemon)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(workers(new_daemon) - before) == WORKERS)
    wait_until(
        lambda: all(
            len(re.findall(rf"\[{pid}\] .*Listens on", new_daemon.log())) for pid in workers(new_daemon)
        )
    )
    before_lookup = debug_lines(new_daemon)
    with closing(PinnedClient(new_daemon)) as connected:
        lookup(connected, "default", "ada 177")
    assert debug_lines(new_daemon) - before_lookup == WORKERS
