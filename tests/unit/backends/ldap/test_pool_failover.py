"""Tests of a pool of connections to several servers, of which some fail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from servers.ldap_fakes import REQUEST, FakeConnection, FakeServers, search, search_in_parallel, servers
from waiting import TIMEOUT, wait_until
from xivo_dird.backend import Backoff, Deadline, QuestionRefused, SourceUnavailable
from xivo_dird_backends.ldap.connections import ConnectionLost
from xivo_dird_backends.ldap.credentials import CredentialsRejected
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.pool import ConnectionPool


def without_pauses() -> Backoff:
    return Backoff(0, 0)


def test_the_next_server_is_used_if_one_is_down() -> None:
    fake = FakeServers()
    fake.down = {"a"}
    pool = ConnectionPool(servers("a", "b", "c"), fake.connect, max_idle=0)
    search(pool)
    assert fake.tried == ["a", "b"]
    search(pool)
    assert fake.tried == ["a", "b", "b"]
    fake.down = {"a", "b"}
    search(pool)
    assert fake.tried == ["a", "b", "b", "b", "c"]


def test_all_servers_are_tried_while_all_are_down() -> None:
    fake = FakeServers()
    fake.down = {"a", "b"}
    pool = ConnectionPool(servers("a", "b"), fake.connect)
    for _ in range(2):
        with pytest.raises(SourceUnavailable, match=r"^a is down; b is down$"):
            search(pool)
    assert fake.tried == ["a", "b", "a", "b"]
    fake.down = set()
    search(pool)
    assert fake.tried[4:] == ["a"]


def test_servers_share_the_time_to_connect() -> None:
    fake = FakeServers()
    fake.down = {"a", "b"}
    search(ConnectionPool(servers("a", "b", "c"), fake.connect), seconds=60)
    assert fake.shares[0] <= 20
    assert fake.shares[1] <= 30
    assert fake.shares[2] <= 60
    assert fake.shares[0] < fake.shares[1] < fake.shares[2]


def test_after_the_deadline_no_other_server_is_tried() -> None:
    fake = FakeServers()
    fake.down, fake.hanging = {"a"}, {"a"}
    pool = ConnectionPool(servers("a", "b"), fake.connect)
    deadline = Deadline.after(0.2)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.search, REQUEST, deadline)
        wait_until(lambda: deadline.is_expired)
        fake.proceed.set()
        with pytest.raises(SourceUnavailable, match=r"^a is down$"):
            running.result()
    assert fake.tried == ["a"]


@pytest.mark.parametrize("error", [SourceUnavailable("timed out"), ConnectionLost("gone")])
def test_after_a_failed_search_the_next_server_is_asked(error: SourceUnavailable) -> None:
    fake = FakeServers()
    pool = ConnectionPool(servers("a", "b"), fake.connect)
    search(pool)
    fake.connections[0].error = error
    fake.down = {"a"}
    assert search(pool) == 1
    assert fake.connections[1].server.host == "b"
    assert fake.connections[0].closed


@pytest.mark.parametrize("code", [51, 52], ids=["busy", "unavailable"])
def test_a_server_that_is_stopping_is_left(code: int) -> None:
    fake = FakeServers()
    pool = ConnectionPool(servers("a", "b"), fake.connect)
    search(pool)
    fake.connections[0].code = code
    assert [search(pool), search(pool)] == [1, 1]
    assert fake.tried == ["a", "b"]


def test_a_refused_question_is_asked_once() -> None:
    fake = FakeServers()
    pool = ConnectionPool(servers("a", "b"), fake.connect)
    search(pool)
    fake.connections[0].code = 32
    with pytest.raises(QuestionRefused):
        search(pool)
    assert fake.tried == ["a"]


def test_a_rejected_password_is_sent_to_one_server_only() -> None:
    tried = []

    def reject(server: LdapServer, deadline: Deadline) -> FakeConnection:
        tried.append(server.host)
        raise CredentialsRejected(f"{server.uri} refuses the bind")

    pool = ConnectionPool(servers("a", "b"), reject)
    for _ in range(2):
        with pytest.raises(SourceUnavailable, match=r"ldap://a:389 refuses the bind$"):
            search(pool)
    assert tried == ["a", "a"]


def test_no_search_waits_for_a_server_that_failed() -> None:
    fake = FakeServers()
    fake.down = {"a"}
    pool = ConnectionPool(servers("a", "b"), fake.connect, new_backoff=without_pauses)
    assert search(pool) == 0
    fake.hanging = {"a"}
    assert [search(pool) for _ in range(3)] == [0, 0, 0]
    wait_until(lambda: fake.tried == ["a", "b", "a"])
    fake.proceed.set()


def test_the_first_server_is_used_again_when_it_is_back() -> None:
    fake = FakeServers()
    fake.down = {"a"}
    pool = ConnectionPool(servers("a", "b"), fake.connect, new_backoff=without_pauses)
    assert search(pool) == 0
    fake.down = set()
    wait_until(lambda: search(pool) == 1)
    assert fake.connections[1].server.host == "a"
    assert [search(pool) for _ in range(3)] == [1, 1, 1]


def test_connections_to_a_server_that_failed_elsewhere_are_closed() -> None:
    fake = FakeServers()
    barrier = Barrier(2, timeout=TIMEOUT)
    pool = ConnectionPool(servers("a", "b"), fake.connect)
    fake.barrier = barrier
    search_in_parallel(pool, 2)
    for connection in fake.connections:
        connection.barrier, connection.error = None, SourceUnavailable("timed out")
    fake.barrier, fake.down = None, {"a"}
    assert search(pool) == 2
    assert [connection.closed for connection in fake.connections] == [True, True, False]


def test_a_probe_that_ends_after_the_pool_was_closed_leaves_no_connection() -> None:
    fake = FakeServers()
    fake.down = {"a"}
    pool = ConnectionPool(servers("a", "b"), fake.connect, new_backoff=without_pauses)
    search(pool)
    fake.hanging, fake.down = {"a"}, set()
    search(pool)
    pool.close()
    fake.proceed.set()
    wait_until(lambda: len(fake.connections) == 2 and fake.connections[1].closed)
