"""A database that is locked or hangs: what does not need it goes on, and what needs it ends in time."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from api.conftest import COLUMNS, Daemon, configuration
from servers.postgresql import PostgreSql
from servers.raw_http import RawClient, running_server
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.database.limits import DatabaseLimits

CLIENTS = 30
THREADS = 10
"""Request threads of the daemon: fewer than there are clients."""

HEAD = " HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\n"
LOOKUP = f"GET /0.1/directories/lookup/default?term=ada{HEAD}\r\n".encode()
LIST = f"GET /0.1/personal{HEAD}\r\n".encode()
ADD = f"POST /0.1/personal{HEAD}Content-Length: 16\r\n\r\n".encode()


def add(number):
    """Return the request that adds a personal contact."""
    return ADD + b'{"name": "%04d"}' % number


@pytest.fixture
def server():
    """Run a PostgreSQL server that no other test uses."""
    with PostgreSql() as server:
        yield server


@pytest.fixture
def port_on_postgresql(tmp_path, server):
    limits = DatabaseLimits(connect_seconds=1, read_seconds=2, statement_seconds=2, lock_seconds=2)
    with (
        Daemon(configuration(tmp_path, db_uri=server.create_database()), limits) as daemon,
        running_server(daemon.controller.application, max_threads=THREADS, request_timeout=TIMEOUT) as http,
    ):
        yield http.port


def test_a_lookup_with_favorites_ends_in_time_while_the_database_hangs(tmp_path, server):
    limits = DatabaseLimits(connect_seconds=300, read_seconds=300, statement_seconds=300)
    config = configuration(tmp_path, db_uri=server.create_database(), lookup={"timeout": 1})
    mark, lookup = "/0.1/directories/favorites/crew/17", "/directories/lookup/default"
    with Daemon(config, limits) as daemon:
        wait_until(lambda: daemon.get(lookup, term="ada").json["results"])
        assert daemon.request("PUT", mark).status_code == 204
        before = daemon.get(lookup, term="ada").json["results"]
        assert (
            daemon.request("POST", "/0.1/displays", json={"name": "new", "columns": COLUMNS}).status_code
            == 201
        )
        server.hang()
        with assert_prompt():
            for _ in range(20):
                assert daemon.get(lookup, term="ada").json["results"] == before
                assert daemon.get("/status").json["store"]["status"] == "fail"
        server.resume()
        wait_until(lambda: daemon.get("/status").json["store"]["status"] == "ok")
        assert daemon.request("DELETE", mark).status_code == 204
        wait_until(lambda: daemon.get(lookup, term="ada").json["results"] != before)


def ask(port, request):
    with RawClient(port) as client:
        return client.ask(request)


def test_changes_that_wait_for_a_locked_file_do_not_delay_lookups(tmp_path):
    with (
        Daemon(configuration(tmp_path)) as daemon,
        running_server(daemon.controller.application, max_threads=THREADS, request_timeout=TIMEOUT) as http,
        closing(sqlite3.connect(tmp_path / "dird.db", isolation_level=None)) as other_process,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        other_process.execute("BEGIN IMMEDIATE")
        writers = [pool.submit(ask, http.port, add(number)) for number in range(CLIENTS)]
        with assert_prompt():
            for _ in range(20):
                assert ask(http.port, LOOKUP)[0] == 200
        assert not any(writer.done() for writer in writers)
        other_process.execute("ROLLBACK")
        assert {writer.result()[0] for writer in writers} == {201}
        assert len(daemon.get("/personal").json["items"]) == CLIENTS


def test_requests_to_a_hung_database_end_and_do_not_delay_lookups(server, port_on_postgresql):
    assert ask(port_on_postgresql, LOOKUP)[0] == 200
    with ThreadPoolExecutor(2 * CLIENTS) as pool:
        server.hang()
        readers = [pool.submit(ask, port_on_postgresql, LIST) for _ in range(CLIENTS)]
        writers = [pool.submit(ask, port_on_postgresql, add(number)) for number in range(5)]
        with assert_prompt():
            for _ in range(20):
                assert ask(port_on_postgresql, LOOKUP)[0] == 200
        with assert_prompt():
            assert {client.result()[0] for client in (*readers, *writers)} == {503}
        server.resume()
        wait_until(lambda: ask(port_on_postgresql, LIST)[0] == 200)
        assert ask(port_on_postgresql, add(1))[0] == 201
