"""The turn at computing."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.blocking import WaitingThreads
from xivo_dird.exceptions import TooBusy, TooManyRequests
from xivo_dird.server.long_work import MAX_ENTERED, MAX_WAITING, LongWork


class Requests:
    """Long requests, each in a thread of its own, which compute portion by portion."""

    def __init__(self, pool, **settings):
        self.waiting = WaitingThreads(100)
        self.work = LongWork(self.waiting, lambda: False, **settings)
        self.portions = []
        self._pool = pool

    def start(self, owner, name, portions=1, gate=None):
        """Start a request, and wait until it waits for its turn, or for the gate."""
        before = self.waiting.count
        begun = threading.Event()

        def compute():
            for _ in range(portions):
                self.work.share(owner, LONG_TIMEOUT)
                begun.set()
                self.portions.append(name)
                if gate is not None:
                    assert gate.wait(TIMEOUT)
            self.work.end()

        future = self._pool.submit(compute)
        wait_until(lambda: begun.is_set() or self.waiting.count > before)
        return future


@pytest.fixture
def pool(gate):
    with ThreadPoolExecutor(MAX_ENTERED + 10) as pool:
        yield pool
        gate.set()


def test_the_requests_of_one_owner_are_completed_one_after_the_other(pool, gate):
    requests = Requests(pool, slice_seconds=0.0)
    started = [requests.start("ada", name, 3, gate) for name in "abc"]
    gate.set()
    assert [request.result(TIMEOUT) for request in started] == [None] * 3
    assert requests.portions == list("aaabbbccc")


def test_owners_take_turns_however_many_requests_they_have(pool, gate):
    requests = Requests(pool, slice_seconds=0.0)
    started = [requests.start("ada", name, 3, gate) for name in "abc"]
    started.append(requests.start("bob", "B", 3, gate))
    gate.set()
    assert [request.result(TIMEOUT) for request in started] == [None] * 4
    assert "".join(requests.portions) == "aBaBaBbbbccc"


def test_an_owner_keeps_the_turn_for_a_slice(pool, gate):
    requests = Requests(pool, slice_seconds=LONG_TIMEOUT)
    started = [requests.start("ada", "a", 3, gate), requests.start("bob", "B", 3, gate)]
    gate.set()
    assert [request.result(TIMEOUT) for request in started] == [None] * 2
    assert "".join(requests.portions) == "aaaBBB"


def test_one_request_computes_at_a_time(pool, gate):
    requests = Requests(pool)
    started = [requests.start(owner, name, 1, gate) for name, owner in (("a", "ada"), ("b", "bob"))]
    assert requests.portions == ["a"]
    gate.set()
    assert [request.result(TIMEOUT) for request in started] == [None] * 2


def test_a_short_request_does_not_wait(pool, gate):
    work = LongWork(WaitingThreads(0), lambda: True)
    work.share("ada", LONG_TIMEOUT)
    work.end()


def test_a_request_goes_on_without_the_turn_when_its_time_is_up(pool, gate):
    requests = Requests(pool)
    started = requests.start("ada", "a", 1, gate)
    requests.work.share("ada", 0.01)
    assert not requests.work.is_crowded("ada")
    gate.set()
    assert started.result(TIMEOUT) is None
    requests.work.share("ada", 0.01)  # the turn was passed on to nobody
    requests.work.end()


def test_the_next_requests_of_an_owner_with_many_long_ones_wait_at_once(pool, gate):
    requests = Requests(pool, max_wait_seconds=0.01)
    started = [requests.start("ada", str(number), 1, gate) for number in range(1 + MAX_WAITING)]
    assert requests.work.is_crowded("ada")
    assert not requests.work.is_crowded("bob")
    with pytest.raises(TooManyRequests):
        requests.work.enter("ada")
    gate.set()
    assert [request.result(TIMEOUT) for request in started] == [None] * len(started)
    assert not requests.work.is_crowded("ada")


def test_too_many_requests_of_an_owner_are_refused_without_waiting(pool, gate):
    requests = Requests(pool, max_wait_seconds=LONG_TIMEOUT)
    started = [requests.start("ada", str(number), 1, gate) for number in range(1 + MAX_ENTERED)]
    with pytest.raises(TooManyRequests):
        requests.work.enter("ada")
    gate.set()
    assert [request.result(TIMEOUT) for request in started] == [None] * len(started)


def test_a_request_that_enters_computes_when_its_turn_comes(pool, gate):
    requests = Requests(pool, max_wait_seconds=LONG_TIMEOUT)
    started = requests.start("ada", "a", 1, gate)
    entered = pool.submit(requests.work.enter, "ada")
    wait_until(lambda: requests.waiting.count == 1)
    gate.set()
    assert [started.result(TIMEOUT), entered.result(TIMEOUT)] == [None, None]


def test_no_more_threads_wait_than_may(pool, gate):
    work = LongWork(WaitingThreads(0), lambda: False)
    with pytest.raises(TooBusy):
        work.share("ada", LONG_TIMEOUT)
