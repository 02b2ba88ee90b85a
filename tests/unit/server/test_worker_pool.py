"""Who leads: connections without a network, and nobody who watches how long the leader takes."""

import threading
from collections import deque
from queue import Empty, SimpleQueue

import pytest

from waiting import TIMEOUT
from xivo_dird.blocking import notify_blocking
from xivo_dird.server.worker_pool import WorkerPool


class Client:
    """A connection that is served once per turn; `pipelined` more are there already."""

    def __init__(self, act=lambda: None, pipelined=0):
        self.act = act
        self.left = pipelined
        self.rfile = self
        self.served_by = []
        self.last_used = None

    def communicate(self):
        self.served_by.append(threading.current_thread())
        self.act()
        return True

    def has_data(self):
        self.left -= 1
        return self.left >= 0


class Clients:
    """What is ready to be served, and what was set aside, taken back and closed."""

    def __init__(self):
        self.ready: SimpleQueue[Client | Exception] = SimpleQueue()
        self.aside = []
        self.taken_back: SimpleQueue[Client] = SimpleQueue()
        self.closed = []

    def wait(self):
        try:
            found = self.ready.get(timeout=0.01)
        except Empty:
            return deque()
        if isinstance(found, Exception):
            raise found
        return deque([found])

    def wake(self):
        pass

    def set_aside(self, client):
        self.aside.append(client)

    def take_back(self, client):
        self.taken_back.put(client)

    def close(self, client):
        self.closed.append(client)

    def end(self, served):
        self.closed.append("all")


@pytest.fixture
def clients():
    return Clients()


@pytest.fixture
def pool(clients):
    pool = WorkerPool(clients, min_threads=2, max_threads=3)
    pool.start()
    yield pool
    pool.stop(TIMEOUT)
    assert clients.closed[-1] == "all"


def served(clients, client):
    """Have a client served and wait for the end of that."""
    done = threading.Event()
    clients.ready.put(client)
    clients.ready.put(Client(done.set))
    assert done.wait(TIMEOUT)
    return client


@pytest.mark.usefixtures("pool")
def test_one_thread_serves_everybody_as_long_as_nothing_is_waited_for(clients):
    threads = {thread for _ in range(50) for thread in served(clients, Client()).served_by}
    assert len(threads) == 1
    assert not clients.aside


@pytest.mark.usefixtures("pool")
def test_another_thread_leads_while_the_leader_waits(clients):
    let_go = threading.Event()

    def wait():
        notify_blocking()
        notify_blocking()
        assert let_go.wait(TIMEOUT)

    waiting = Client(wait)
    clients.ready.put(waiting)
    other = served(clients, Client())
    assert other.served_by != waiting.served_by
    assert clients.aside == [waiting]
    let_go.set()
    assert clients.taken_back.get(timeout=TIMEOUT) is waiting


@pytest.mark.usefixtures("pool")
def test_what_a_client_sent_in_advance_is_answered_by_the_thread_that_has_it(clients):
    waiting = Client(notify_blocking, pipelined=2)
    clients.ready.put(waiting)
    assert clients.taken_back.get(timeout=TIMEOUT) is waiting
    assert len(waiting.served_by) == 3
    assert len(set(waiting.served_by)) == 1


@pytest.mark.usefixtures("pool")
def test_what_a_client_sent_in_advance_is_answered_too(clients):
    assert len(served(clients, Client(pipelined=2)).served_by) == 3
    assert not clients.aside


@pytest.mark.usefixtures("pool")
def test_when_all_threads_wait_the_first_that_is_done_leads(clients):
    let_go = threading.Semaphore(0)

    def wait():
        notify_blocking()
        assert let_go.acquire(timeout=TIMEOUT)

    waiting = [Client(wait) for _ in range(3)]
    for client in waiting:
        clients.ready.put(client)
    late = Client(let_go.release)
    clients.ready.put(late)
    let_go.release(2)
    assert {clients.taken_back.get(timeout=TIMEOUT) for _ in range(3)} == set(waiting)
    assert len(late.served_by) == 1


@pytest.mark.usefixtures("pool")
def test_a_wait_that_fails_is_begun_again(clients):
    clients.ready.put(ValueError("a mistake"))
    assert len(served(clients, Client()).served_by) == 1


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("error", [OSError("gone"), ValueError("a mistake"), SystemExit()])
def test_an_error_ends_a_connection_and_no_thread(clients, error):
    def fail():
        raise error

    failing = served(clients, Client(fail))
    assert clients.closed == [failing]
    assert served(clients, Client()).served_by == failing.served_by
