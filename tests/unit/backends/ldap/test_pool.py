"""Tests of the connection pool: reuse, limits and lost connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Semaphore

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.backend import Backoff, Deadline, QuestionRefused, SourceUnavailable
from xivo_dird_backends.ldap.connections import ConnectionLost, CredentialsRejected
from xivo_dird_backends.ldap.options import LdapOptions, LdapServer, servers_from_options
from xivo_dird_backends.ldap.pool import MAX_CONNECTIONS, ConnectionPool
from xivo_dird_backends.ldap.searches import LdapResult, LdapSearch

REQUEST = LdapSearch("(cn=*)", ("cn",))


class FakeConnection:
    """Returns an entry with its own number, after waiting at `barrier`; raises `error` instead if it is set."""

    def __init__(self, number: int, server: LdapServer) -> None:
        self.number = number
        self.server = server
        self.searches = Semaphore(0)
        self.error: SourceUnavailable | None = None
        self.code = 0
        self.barrier: Barrier | None = None
        self.closed = False
        self.aborted = False

    def search(self, request: LdapSearch, deadline: Deadline) -> LdapResult:
        self.searches.release()
        if self.barrier:
            self.barrier.wait()
        if self.error:
            raise self.error
        return LdapResult([{"number": [str(self.number).encode()]}], self.code, "result")

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
        connection = FakeConnection(len(self.connections), server)
        connection.error = self.error
        connection.barrier = self.barrier
        connection.searches = self.searches
        self.connections.append(connection)
        return connection


def servers(*hosts: str) -> tuple[LdapServer, ...]:
    uris = " ".join(f"ldap://{host}" for host in hosts)
    return servers_from_options(
        LdapOptions.model_validate({"name": "x", "ldap_uri": uris, "ldap_base_dn": "dc=x"})
    )


def without_pauses() -> Backoff:
    return Backoff(0, 0)


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
    ConnectionPool(servers("directory"), server.connect).close()
    assert server.connections == []


def test_a_connection_is_reused() -> None:
    server = FakeServer()
    pool = ConnectionPool(servers("directory"), server.connect)
    assert [search(pool), search(pool)] == [0, 0]


def test_parallel_searches_use_separate_connections() -> None:
    server = FakeServer(Barrier(4, timeout=TIMEOUT))
    assert search_in_parallel(ConnectionPool(servers("directory"), server.connect), 4) == [0, 1, 2, 3]


def test_the_number_of_connections_is_limited() -> None:
    barrier = Barrier(MAX_CONNECTIONS + 1, timeout=TIMEOUT)
    server = FakeServer(barrier)
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
    server = FakeServer(Barrier(3, timeout=TIMEOUT))
    pool = ConnectionPool(servers("directory"), server.connect)
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
        search(ConnectionPool(servers("directory"), server.connect))
    assert [connection.closed for connection in server.connections] == [True]


def test_a_timeout_is_not_retried() -> None:
    server = FakeServer()
    pool = ConnectionPool(servers("directory"), server.connect)
    search(pool)
    server.connections[0].error = SourceUnavailable("timed out")
    with pytest.raises(SourceUnavailable, match="timed out"):
        search(pool)
    assert [connection.closed for connection in server.connections] == [True]


def test_a_connection_that_was_idle_too_long_is_closed() -> None:
    server = FakeServer()
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
    server = FakeServer(barrier)
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


class FakeServers:
    """Servers that refuse connections while they are in `down`, and hang until `proceed` while in `hanging`."""

    def __init__(self) -> None:
        self.barrier: Barrier | None = None
        self.down: set[str] = set()
        self.hanging: set[str] = set()
        self.proceed = Event()
        self.tried: list[str] = []
        self.shares: list[float] = []
        self.connections: list[FakeConnection] = []

    def connect(self, server: LdapServer, deadline: Deadline) -> FakeConnection:
        self.tried.append(server.host)
        self.shares.append(deadline.timeout)
        if server.host in self.hanging:
            assert self.proceed.wait(TIMEOUT)
        if server.host in self.down:
            raise SourceUnavailable(f"{server.host} is down")
        connection = FakeConnection(len(self.connections), server)
        connection.barrier = self.barrier
        self.connections.append(connection)
        return connection


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
