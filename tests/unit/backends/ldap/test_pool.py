"""Tests of the connection pool: reuse, limits and lost connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from servers.ldap_fakes import FakeConnection, FakeServers, search, search_in_parallel, servers
from waiting import TIMEOUT
from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.connections import ConnectionLost
from xivo_dird_backends.ldap.pool import MAX_CONNECTIONS, ConnectionPool
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch


def wait_for_searches(server: FakeServers, count: int) -> None:
    for _ in range(count):
        assert server.searches.acquire(timeout=TIMEOUT)


def test_no_connection_is_opened_before_the_first_search() -> None:
    server = FakeServers()
    ConnectionPool(servers("directory"), server.connect).close()
    assert server.connections == []


def test_a_connection_is_reused() -> None:
    server = FakeServers()
    pool = ConnectionPool(servers("directory"), server.connect)
    assert [search(pool), search(pool)] == [0, 0]


def test_parallel_searches_use_separate_connections() -> None:
    server = FakeServers(Barrier(4, timeout=TIMEOUT))
    assert search_in_parallel(ConnectionPool(servers("directory"), server.connect), 4) == [0, 1, 2, 3]


def test_the_number_of_connections_is_limited() -> None:
    barrier = Barrier(MAX_CONNECTIONS + 1, timeout=TIMEOUT)
    server = FakeServers(barrier)
    pool = ConnectionPool(servers("directory"), server.connect)
    with ThreadPoolExecutor(MAX_CONNECTIONS) as threads:
        running = [threads.submit(search, pool) for _ in range(MAX_CONNECTIONS)]
        wait_for_searches(server, MAX_CONNECTIONS)
        with pytest.raises(SourceUnavailable, match="busy"):
            search(pool, seconds=0.01)
        barrier.wait()
        assert len({future.result() for future in running}) == MAX_CONNECTIONS
    assert len(server.connections) == MAX_CONNECTIONS


def test_after_a_lost_connection_all_idle_ones_are_closed() -> None:
    server = FakeServers(Barrier(3, timeout=TIMEOUT))
    pool = ConnectionPool(servers("directory"), server.connect)
    search_in_parallel(pool, 3)
    server.barrier = None
    for connection in server.connections:
        connection.barrier = None
        connection.error = ConnectionLost("gone")
    assert search(pool) == 3
    assert [connection.closed for connection in server.connections] == [True, True, True, False]


def test_a_lost_new_connection_is_an_error() -> None:
    server = FakeServers()
    server.error = ConnectionLost("gone")
    with pytest.raises(SourceUnavailable, match="gone"):
        search(ConnectionPool(servers("directory"), server.connect))
    assert [connection.closed for connection in server.connections] == [True]


def test_a_timeout_is_not_retried() -> None:
    server = FakeServers()
    pool = ConnectionPool(servers("directory"), server.connect)
    search(pool)
    server.connections[0].error = SourceUnavailable("timed out")
    with pytest.raises(SourceUnavailable, match="timed out"):
        search(pool)
    assert [connection.closed for connection in server.connections] == [True]


def test_a_connection_that_was_idle_too_long_is_closed() -> None:
    server = FakeServers()
    pool = ConnectionPool(servers("directory"), server.connect, max_idle=0)
    assert [search(pool), search(pool)] == [0, 1]
    assert server.connections[0].closed


def test_an_error_result_leaves_the_connection_open() -> None:
    with pytest.raises(
        SourceUnavailable, match=r"ldap://directory:389: search below 'dc=x' failed: noSuchObject"
    ):
        search(ConnectionPool(servers("directory"), lambda server, deadline: FakeRefusal(0, server)))


class FakeRefusal(FakeConnection):
    """Returns the result noSuchObject, and must not be closed for that."""

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        return LdapResult([], 32, "noSuchObject")

    def close(self) -> None:
        raise AssertionError("closed")


def test_closing_closes_idle_and_aborts_busy_connections() -> None:
    barrier = Barrier(2, timeout=TIMEOUT)
    server = FakeServers(barrier)
    pool = ConnectionPool(servers("directory"), server.connect)
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
