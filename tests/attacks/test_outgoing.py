"""A client that creates sources reaches no host that the administrator has not allowed."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread

import pytest

from api.conftest import Daemon, configuration
from api.rest import check_error, create
from api.source_bodies import MINIMAL
from waiting import assert_prompt, wait_until

PRIVATE = "127.0.0.2"
"""An address of the host that is not allowed by default, as 10.0.0.1 or 169.254.169.254 would be."""

HOSTS = ["0.0.0.0", "10.0.0.1", "169.254.169.254", PRIVATE, "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1]"]
SPELLINGS = ["127.2", "0x7f000002", "2130706434", "0177.0.0.2"]
"""What the resolver of the system reads as `PRIVATE`."""

COLUMNS = {"searched_columns": ["cn"], "first_matched_columns": ["cn"]}


@dataclass
class Listener:
    """A server on `PRIVATE` that counts connections and closes them."""

    port: int
    connections: list[str] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Listen on `PRIVATE`."""
    with socket.create_server((PRIVATE, 0)) as server:
        listening = Listener(server.getsockname()[1])

        def count() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                listening.connections.append(str(address))
                connection.close()

        Thread(target=count, daemon=True).start()
        yield listening
        server.shutdown(socket.SHUT_RDWR)


def options(backend: str, host: str, port: int) -> dict[str, object]:
    """Return the options of a source that connects to a host."""
    server = {"host": host.strip("[]"), "port": port, "https": False}
    account = {**server, "username": "u", "password": "p"}
    bodies: dict[str, dict[str, object]] = {
        "carddav": {"url": f"http://{host}:{port}/", "allowed_hosts": [f"{host}:{port}"]},
        "conference": {"auth": account, "confd": server},
        "csv_ws": {"lookup_url": f"http://{host}:{port}/", "list_url": f"http://{host}:{port}/"},
        "entra": {
            **MINIMAL["entra"],
            "graph_url": f"https://{host}:{port}",
            "login_url": f"https://{host}:{port}",
        },
        "google": {"auth": server},
        "json_ws": {"url": f"http://{host}:{port}/", "list": {"path": "people"}},
        "ldap": {**MINIMAL["ldap"], "ldap_uri": f"ldap://{host}:{port}"},
        "office365": {"auth": server},
        "wazo": {"auth": account, "confd": server},
        "sql": {**MINIMAL["sql"], "uri": f"postgresql://phones@{host}:{port}/people"},
    }
    return {"name": backend, **COLUMNS, **bodies[backend]}


BACKENDS = [
    "carddav",
    "conference",
    "csv_ws",
    "entra",
    "google",
    "json_ws",
    "ldap",
    "office365",
    "sql",
    "wazo",
]

NAMED_SERVERS_ONLY = {"google", "office365"}
"""Backends that send tokens of users, for which it is not enough that a network is allowed."""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(configuration(tmp_path_factory.mktemp("outgoing"))) as daemon:
        yield daemon


def ask(daemon, source):
    """Return the error in the status of a source after it was asked for everything."""
    services = {name: {"sources": [{"uuid": source["uuid"]}]} for name in ("lookup", "reverse", "favorites")}
    create(daemon, "/profiles", {"name": source["name"], "services": services})
    with assert_prompt():
        assert daemon.get(f"/directories/lookup/{source['name']}", term="a").json["results"] == []
        daemon.get(f"/directories/reverse/{source['name']}/a", exten="1234")
    return daemon.get("/status").json["sources"][source["uuid"]]["error"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_address_that_is_not_allowed_is_a_400(daemon, backend):
    for host in HOSTS:
        body = options(backend, host, 80)
        response = daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)
        assert "outgoing.allow" in str(check_error(response, 400, "invalid-data"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_unusual_spelling_of_an_address_leads_nowhere(daemon, listener, backend):
    for host in SPELLINGS:
        body = {**options(backend, host, listener.port), "name": f"{backend}-{host}"}
        response = daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)
        if response.status_code == 200:
            assert "outgoing.allow" in ask(daemon, response.json)
    assert listener.connections == []


@pytest.mark.parametrize("entry", [PRIVATE, "127.0.0.0/8"])
def test_what_the_administrator_allows_is_reached(tmp_path, listener, entry):
    with Daemon({**configuration(tmp_path), "outgoing": {"allow": [entry]}}) as daemon:
        for backend in sorted({*BACKENDS} - (set() if entry == PRIVATE else NAMED_SERVERS_ONLY)):
            listener.connections.clear()
            body = options(backend, PRIVATE, listener.port)
            ask(daemon, create(daemon, f"/backends/{backend}/sources", body))
            wait_until(lambda: listener.connections)


def test_what_the_administrator_declares_is_reached(tmp_path, listener):
    declared = [
        {"tenant": "main", "backend": backend, **options(backend, PRIVATE, listener.port)}
        for backend in BACKENDS
    ]
    with Daemon(configuration(tmp_path, declared)) as daemon:
        for backend in BACKENDS:
            listener.connections.clear()
            (source,) = daemon.get(f"/backends/{backend}/sources").json["items"]
            ask(daemon, source)
            wait_until(lambda: listener.connections)


def test_nothing_is_allowed_if_the_list_is_empty(tmp_path):
    with Daemon({**configuration(tmp_path), "outgoing": {"allow": []}}) as daemon:
        for backend in BACKENDS:
            path = f"/0.1/backends/{backend}/sources"
            body = options(backend, "127.0.0.1", 80)
            assert daemon.request("POST", path, json=body).status_code == 400
            body = options(backend, "localhost", 80)
            source = daemon.request("POST", path, json=body).json
            assert "outgoing.allow" in ask(daemon, source)
