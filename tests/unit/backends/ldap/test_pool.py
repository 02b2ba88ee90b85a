"""Tests of the connection pool: reuse, limits and lost connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Semaphore

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.connections import ConnectionLost, LdapResult, LdapSearch
from xivo_dird_backends.ldap.options import LdapOptions, LdapServer, server_from_options
from xivo_dird_backends.ldap.pool import MAX_CONNECTIONS, ConnectionPool

REQUEST = LdapSearch("(cn=*)", ("cn",))
SERVER = server_from_options(
    LdapOptions.model_validate({"name": "x", "ldap_uri": "ldap://directory", "ldap_base_dn": "dc=x"})
)


class FakeConnection:
    """Returns an entry with its own number, after waiting at `barrier`; raises `error` instead if it is set."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.searches = Semaphore(0)
        self.error: SourceUnavailable | None = None
        self.barrier: Barrier | None = None
        self.closed = False
        self.aborted = False

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        self.searches.release()
        if self.barrier:
            self.barrier.wait()
        if self.error:
            raise self.error
        return LdapResult([{"number": [str(self.number).encode()]}], 0, "success")

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.closed = True


class FakeServer:
    """Creates connections and stores them."""

    def __init__(self, barrier: Barrier | None = None) -> None:
        self.connections: list[FakeConnection] = []
        self.error: SourceUnavailable | None = None
        self.barrier = barrier
        self.searches = Semaphore(0)

    def connect(self, server: LdapServer, deadline: Deadline) -> FakeConnection:
        connection = FakeConnection(len(self.connections))
        connection.error = self.error
        connection.barrier = self.barrier
        connection.searches = self.searches
        self.connections.append(connection)
        return connection


def search(pool: ConnectionPool, seconds: float = TIMEOUT) -> int:
    (entry,) = pool.search(REQUEST, Deadline.after(seconds))
    (number,) = entry["number"] or ()
    return int(number)


def wait_for_searches(server: FakeServer, count: int) -> None:
    for _ in range(count):
        assert server.searches.acquire(timeout=TIMEOUT)


def search_in_parallel(pool: ConnectionPool, threads: int) -> list[int]:
    with ThreadPoolExecutor(threads) as executor:
        return sorted(executor.map(lambda _: search(pool), range(threads)))


def test_no_connection_is_opened_before_the_first_search() -> None:
    server = FakeServer()
    ConnectionPool(SERVER, server.connect).close()
    assert server.connections == []


def test_a_connection_is_reused() -> None:
    server = FakeServer()
    pool = ConnectionPool(SERVER, server.connect)
    assert [search(pool), search(pool)] == [0, 0]


def test_parallel_searches_use_separate_connections() -> None:
    server = FakeServer(Barrier(4, timeout=TIMEOUT))
    assert search_in_parallel(ConnectionPool(SERVER, server.connect), 4) == [0, 1, 2, 3]


def test_the_number_of_connections_is_limited() -> None:
    barrier = Barrier(MAX_CONNECTIONS + 1, timeout=TIMEOUT)
    server = FakeServer(barrier)
    pool = ConnectionPool(SERVER, server.connect)
    with ThreadPoolExecutor(MAX_CONNECTIONS) as threads:
        running = [threads.submit(search, pool) for _ in range(MAX_CONNECTIONS)]
        wait_for_searches(server, MAX_CONNECTIONS)
        with pytest.raises(SourceUnavailable, match="busy"):
            search(pool, seconds=0.01)
        barrier.wait()
        assert len({future.result() for future in running}) == MAX_CONNECTIONS
    assert len(server.connections) == MAX_CONNECTIONS


def test_after_a_lost_connection_all_idle_ones_are_closed() -> None:
    server = FakeServer(Barrier(3, timeout=TIMEOUT))
    pool = ConnectionPool(SERVER, server.connect)
    search_in_parallel(pool, 3)
    server.barrier = None
    for connection in server.connections:
        connection.barrier = None
        connection.error = ConnectionLost("gone")
    assert search(pool) == 3
    assert [connection.closed for connection in server.connections] == [True, True, True, False]


def test_a_lost_new_connection_is_an_error() -> None:
    server = FakeServer()
    server.error = ConnectionLost("gone")
    with pytest.raises(SourceUnavailable, match="gone"):
        search(ConnectionPool(SERVER, server.connect))
    assert [connection.closed for connection in server.connections] == [True]


def test_a_timeout_is_not_retried() -> None:
    server = FakeServer()
    pool = ConnectionPool(SERVER, server.connect)
    search(pool)
    server.connections[0].error = SourceUnavailable("timed out")
    with pytest.raises(SourceUnavailable, match="timed out"):
        search(pool)
    assert [connection.closed for connection in server.connections] == [True]


def test_a_connection_that_was_idle_too_long_is_closed() -> None:
    server = FakeServer()
    pool = ConnectionPool(SERVER, server.connect, max_idle=0)
    assert [search(pool), search(pool)] == [0, 1]
    assert server.connections[0].closed


def test_an_error_result_leaves_the_connection_open() -> None:
    with pytest.raises(
        SourceUnavailable, match=r"ldap://directory:389: search below 'dc=x' failed: noSuchObject"
    ):
        search(ConnectionPool(SERVER, lambda server, deadline: FakeRefusal(0)))


class FakeRefusal(FakeConnection):
    """Returns the result noSuchObject, and must not be closed for that."""

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        return LdapResult([], 32, "noSuchObject")

    def close(self) -> None:
        raise AssertionError("closed")


def test_closing_closes_idle_and_aborts_busy_connections() -> None:
    barrier = Barrier(2, timeout=TIMEOUT)
    server = FakeServer(barrier)
    pool = ConnectionPool(SERVER, server.connect)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(search, pool)
        wait_for_searches(server, 1)
        pool.close()
        assert server.connections[0].aborted
        assert not server.connections[0].closed
        barrier.wait()
        running.result()
    assert server.connections[0].closed
    with pytest.raises(SourceUnavailable, match="closed"):
        search(pool)
