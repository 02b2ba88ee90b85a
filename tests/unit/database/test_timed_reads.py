"""Reads with a deadline."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.database.timed_reads import WORKERS, TimedReads
from xivo_dird.exceptions import StoreUnavailable, UnknownProfile
from xivo_dird.threads.breaker import BreakerLimits
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline

HANGING_SECONDS = 0.15


class FakeServer:
    """A database server that answers while `is_up` is set."""

    def __init__(self):
        self.is_up = threading.Event()
        self.is_up.set()

    def ping(self):
        if not self.is_up.is_set():
            raise StoreUnavailable("no answer")

    def read(self):
        assert self.is_up.wait(TIMEOUT)
        return "value"


@pytest.fixture
def server():
    server = FakeServer()
    yield server
    server.is_up.set()


@pytest.fixture
def reads(server):
    reads = TimedReads(server.ping, HANGING_SECONDS, BreakerLimits(1, pause=0.01, max_pause=0.01))
    yield reads
    reads.stop()


def test_a_read_returns_its_value_even_if_that_is_none(server, reads):
    assert reads.read(server.read, NO_DEADLINE) == "value"
    assert reads.read(lambda: None, Deadline.after(TIMEOUT)) is None


def test_errors_of_a_read_are_raised_to_its_caller(reads):
    def fail():
        raise UnknownProfile("default")

    with pytest.raises(UnknownProfile):
        reads.read(fail, NO_DEADLINE)


def test_a_deadline_that_others_used_up_leaves_a_moment_for_a_read(server, reads):
    assert reads.read(server.read, Deadline.after(0)) == "value"


def test_after_a_read_hung_none_is_tried_until_the_server_answers(server, reads):
    server.is_up.clear()
    with pytest.raises(StoreUnavailable, match=r"no answer within 0\.\d+ s"):
        reads.read(server.read, Deadline.after(2 * HANGING_SECONDS))
    with pytest.raises(StoreUnavailable, match="recently"):
        reads.read(lambda: "never", NO_DEADLINE)
    server.is_up.set()

    def is_read():
        try:
            return reads.read(server.read, NO_DEADLINE) == "value"
        except StoreUnavailable:
            return False

    wait_until(is_read)


def test_a_short_deadline_does_not_keep_others_from_reading(server, reads):
    server.is_up.clear()
    with pytest.raises(StoreUnavailable):
        reads.read(server.read, Deadline.after(0))
    server.is_up.set()
    assert reads.read(server.read, NO_DEADLINE) == "value"


def test_reads_that_hang_occupy_a_few_threads_only(server, reads):
    server.is_up.clear()
    before = set(threading.enumerate())
    with ThreadPoolExecutor(4 * WORKERS) as pool, assert_prompt():
        clients = [pool.submit(reads.read, server.read, Deadline.after(0)) for _ in range(4 * WORKERS)]
        assert all(isinstance(client.exception(), StoreUnavailable) for client in clients)
    started = set(threading.enumerate()) - before
    assert len([thread for thread in started if thread.name == "database"]) == WORKERS


def test_stopping_ends_a_wait_at_once(server, reads):
    server.is_up.clear()
    with ThreadPoolExecutor(1) as pool, assert_prompt():
        client = pool.submit(reads.read, server.read, NO_DEADLINE)
        reads.stop()
        assert isinstance(client.exception(), StoreUnavailable)
