"""Leader and followers of the worker pool, with fake connections and without the watchdog."""

import threading
from collections import deque
from queue import Empty, SimpleQueue

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.blocking import notify_blocking
from xivo_dird.tcp.worker_pool import WorkerPool


class FakeConnection:
    """A connection with one request."""

    def __init__(self, handle=lambda: None):
        self.handle = handle
        self.served_by = []

    def communicate(self):
        self.served_by.append(threading.current_thread())
        self.handle()
        return True


class FakeConnections:
    """Replaces `Connections`: a queue of ready connections, and records of the calls."""

    def __init__(self):
        self.ready: SimpleQueue[FakeConnection | Exception] = SimpleQueue()
        self.detached = []
        self.attached: SimpleQueue[FakeConnection] = SimpleQueue()
        self.closed = []

    def wait(self):
        try:
            item = self.ready.get(timeout=0.01)
        except Empty:
            return deque()
        if isinstance(item, Exception):
            raise item
        return deque([item])

    def wake(self):
        pass

    def detach(self, connection):
        self.detached.append(connection)

    def attach(self, connection):
        self.attached.put(connection)

    def close(self, connection):
        self.closed.append(connection)

    def close_all(self, served):
        self.closed.append("all")


def threads_named(prefix):
    return [thread for thread in threading.enumerate() if thread.name.startswith(prefix)]


@pytest.fixture
def connections():
    return FakeConnections()


@pytest.fixture
def pool(connections):
    pool = WorkerPool(connections, 2, 3, "test")
    pool.start()
    yield pool
    pool.stop(TIMEOUT)
    assert connections.closed[-1] == "all"


def serve(connections, connection):
    """Pass a connection to the pool, wait until it has been served, and return it."""
    done = threading.Event()
    connections.ready.put(connection)
    connections.ready.put(FakeConnection(done.set))
    assert done.wait(TIMEOUT)
    return connection


@pytest.mark.usefixtures("pool")
def test_one_thread_serves_all_requests_as_long_as_none_blocks(connections):
    threads = {thread for _ in range(50) for thread in serve(connections, FakeConnection()).served_by}
    assert len(threads) == 1
    assert not connections.detached


@pytest.mark.usefixtures("pool")
def test_another_thread_becomes_the_leader_while_the_leader_blocks(connections):
    release = threading.Event()

    def block():
        notify_blocking()
        notify_blocking()
        assert release.wait(TIMEOUT)

    blocked = FakeConnection(block)
    connections.ready.put(blocked)
    other = serve(connections, FakeConnection())
    assert other.served_by != blocked.served_by
    assert connections.detached == [blocked]
    release.set()
    wait_until(lambda: connections.attached.get(timeout=TIMEOUT) is blocked)


@pytest.mark.usefixtures("pool")
def test_a_connection_waits_for_its_turn_after_every_request(connections):
    served = serve(connections, FakeConnection())
    assert connections.attached.get(timeout=TIMEOUT) is served
    assert len(served.served_by) == 1
    assert not connections.detached


@pytest.mark.usefixtures("pool")
def test_when_all_threads_block_the_first_that_is_free_becomes_the_leader(connections):
    permits = threading.Semaphore(0)

    def block():
        notify_blocking()
        assert permits.acquire(timeout=TIMEOUT)

    blocked = [FakeConnection(block) for _ in range(3)]
    for connection in blocked:
        connections.ready.put(connection)
    last = FakeConnection(permits.release)
    connections.ready.put(last)
    permits.release(2)
    assert {connections.attached.get(timeout=TIMEOUT) for _ in range(4)} == {*blocked, last}
    assert len(last.served_by) == 1


@pytest.mark.usefixtures("pool")
def test_the_leader_continues_after_an_error_of_the_selector(connections):
    connections.ready.put(ValueError("a mistake"))
    assert len(serve(connections, FakeConnection()).served_by) == 1


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("error", [OSError("gone"), ValueError("a mistake"), SystemExit()])
def test_an_error_closes_the_connection_but_ends_no_thread(connections, error):
    def fail():
        raise error

    failed = serve(connections, FakeConnection(fail))
    assert connections.closed == [failed]
    assert serve(connections, FakeConnection()).served_by == failed.served_by


def test_threads_beyond_the_first_ones_end_when_they_are_idle(connections):
    pool = WorkerPool(connections, 1, 3, "idle", idle_seconds=0.01)
    pool.start()
    permits = threading.Semaphore(0)

    def block():
        notify_blocking()
        assert permits.acquire(timeout=TIMEOUT)

    for _ in range(2):
        connections.ready.put(FakeConnection(block))
    serve(connections, FakeConnection())
    assert len(threads_named("idle-")) == 3
    permits.release(2)
    wait_until(lambda: len(threads_named("idle-")) == 1)
    serve(connections, FakeConnection())
    pool.stop(TIMEOUT)
