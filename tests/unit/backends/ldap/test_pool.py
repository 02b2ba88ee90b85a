"""Who gets which connection, and what becomes of one that failed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Semaphore

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.connections import ConnectionLost, LdapResult, LdapSearch
from xivo_dird_backends.ldap.options import LdapOptions, LdapServer, server_of
from xivo_dird_backends.ldap.pool import MAX_CONNECTIONS, ConnectionPool

QUERY = LdapSearch("(cn=*)", ("cn",))
SERVER = server_of(
    LdapOptions.model_validate({"name": "x", "ldap_uri": "ldap://directory", "ldap_base_dn": "dc=x"})
)


class FakeConnection:
    """Answers with its own number; `failure` is raised instead, `meeting` is waited at first."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = Semaphore(0)
        self.failure: SourceUnavailable | None = None
        self.meeting: Barrier | None = None
        self.closed = False
        self.aborted = False

    def search(self, query: LdapSearch, deadline: Deadline) -> LdapResult:
        self.asked.release()
        if self.meeting:
            self.meeting.wait()
        if self.failure:
            raise self.failure
        return LdapResult([{"number": [str(self.number).encode()]}], 0, "success")

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.closed = True


class FakeServer:
    """Makes connections, and remembers them."""

    def __init__(self, meeting: Barrier | None = None) -> None:
        self.made: list[FakeConnection] = []
        self.failure: SourceUnavailable | None = None
        self.meeting = meeting
        self.asked = Semaphore(0)

    def connect(self, server: LdapServer, deadline: Deadline) -> FakeConnection:
        connection = FakeConnection(len(self.made))
        connection.failure = self.failure
        connection.meeting = self.meeting
        connection.asked = self.asked
        self.made.append(connection)
        return connection


def ask(pool: ConnectionPool, seconds: float = TIMEOUT) -> int:
    (entry,) = pool.search(QUERY, Deadline.after(seconds))
    (number,) = entry["number"] or ()
    return int(number)


def await_questions(server: FakeServer, count: int) -> None:
    for _ in range(count):
        assert server.asked.acquire(timeout=TIMEOUT)


def ask_at_once(pool: ConnectionPool, threads: int) -> list[int]:
    with ThreadPoolExecutor(threads) as executor:
        return sorted(executor.map(lambda _: ask(pool), range(threads)))


def test_nothing_is_opened_before_the_first_question() -> None:
    server = FakeServer()
    ConnectionPool(SERVER, server.connect).close()
    assert server.made == []


def test_a_connection_is_used_again() -> None:
    server = FakeServer()
    pool = ConnectionPool(SERVER, server.connect)
    assert [ask(pool), ask(pool)] == [0, 0]


def test_questions_at_the_same_time_get_connections_of_their_own() -> None:
    server = FakeServer(Barrier(4, timeout=TIMEOUT))
    assert ask_at_once(ConnectionPool(SERVER, server.connect), 4) == [0, 1, 2, 3]


def test_no_more_than_the_most_connections_are_open() -> None:
    waiting = Barrier(MAX_CONNECTIONS + 1, timeout=TIMEOUT)
    server = FakeServer(waiting)
    pool = ConnectionPool(SERVER, server.connect)
    with ThreadPoolExecutor(MAX_CONNECTIONS) as threads:
        running = [threads.submit(ask, pool) for _ in range(MAX_CONNECTIONS)]
        await_questions(server, MAX_CONNECTIONS)
        with pytest.raises(SourceUnavailable, match="busy"):
            ask(pool, seconds=0.01)
        waiting.wait()
        assert len({question.result() for question in running}) == MAX_CONNECTIONS
    assert len(server.made) == MAX_CONNECTIONS


def test_a_lost_connection_is_replaced_once_and_doubted_with_all_others() -> None:
    server = FakeServer(Barrier(3, timeout=TIMEOUT))
    pool = ConnectionPool(SERVER, server.connect)
    ask_at_once(pool, 3)
    server.meeting = None
    for connection in server.made:
        connection.meeting = None
        connection.failure = ConnectionLost("gone")
    assert ask(pool) == 3
    assert [connection.closed for connection in server.made] == [True, True, True, False]


def test_a_new_connection_that_is_lost_is_an_error() -> None:
    server = FakeServer()
    server.failure = ConnectionLost("gone")
    with pytest.raises(SourceUnavailable, match="gone"):
        ask(ConnectionPool(SERVER, server.connect))
    assert [connection.closed for connection in server.made] == [True]


def test_a_time_out_is_not_tried_again() -> None:
    server = FakeServer()
    pool = ConnectionPool(SERVER, server.connect)
    ask(pool)
    server.made[0].failure = SourceUnavailable("timed out")
    with pytest.raises(SourceUnavailable, match="timed out"):
        ask(pool)
    assert [connection.closed for connection in server.made] == [True]


def test_a_connection_that_idled_too_long_is_not_trusted() -> None:
    server = FakeServer()
    pool = ConnectionPool(SERVER, server.connect, max_idle=0)
    assert [ask(pool), ask(pool)] == [0, 1]
    assert server.made[0].closed


def test_an_error_answer_leaves_the_connection_open() -> None:
    with pytest.raises(
        SourceUnavailable, match=r"ldap://directory:389: search below 'dc=x' failed: noSuchObject"
    ):
        ask(ConnectionPool(SERVER, lambda server, deadline: FakeRefusal(0)))


class FakeRefusal(FakeConnection):
    """Answers that the base does not exist, and must not be closed for it."""

    def search(self, query: LdapSearch, deadline: Deadline) -> LdapResult:
        return LdapResult([], 32, "noSuchObject")

    def close(self) -> None:
        raise AssertionError("closed")


def test_closing_closes_idle_and_aborts_busy_connections() -> None:
    waiting = Barrier(2, timeout=TIMEOUT)
    server = FakeServer(waiting)
    pool = ConnectionPool(SERVER, server.connect)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(ask, pool)
        await_questions(server, 1)
        pool.close()
        assert server.made[0].aborted
        assert not server.made[0].closed
        waiting.wait()
        running.result()
    assert server.made[0].closed
    with pytest.raises(SourceUnavailable, match="closed"):
        ask(pool)
