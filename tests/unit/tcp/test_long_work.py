"""The turn at computing."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.blocking import WaitingThreads
from xivo_dird.exceptions import RequestAbandoned, TooBusy, TooManyRequests
from xivo_dird.tcp.long_work import MAX_ENTERED, MAX_PAUSE_SECONDS, MAX_WAITING, LongWork


class Served:
    """What the threads of a server know of its requests."""

    def __init__(self, is_short=False, has_short_one=False):
        self._is_short, self._has_short_one = is_short, has_short_one
        self.gone = set()

    def is_short(self):
        return self._is_short

    def has_short_one(self):
        return self._has_short_one

    def is_abandoned(self):
        return threading.current_thread() in self.gone


class Requests:
    """Long requests, each in a thread of its own, which compute portion by portion."""

    def __init__(self, pool, served=None, **settings):
        self.waiting = WaitingThreads(100)
        self.work = LongWork(self.waiting, served or Served(), **settings)
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
    work = LongWork(WaitingThreads(0), Served(is_short=True))
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
    work = LongWork(WaitingThreads(0), Served())
    with pytest.raises(TooBusy):
        work.share("ada", LONG_TIMEOUT)


def pauses_of(portions, timeout=LONG_TIMEOUT, has_short_one=True, portion_seconds=0.0):
    """Return for how long a request pauses before each of its portions but the first."""
    pauses: list[float] = []
    work = LongWork(WaitingThreads(1), Served(has_short_one=has_short_one), pause=pauses.append)
    for _ in range(portions):
        work.share("ada", timeout)
        end = time.monotonic() + portion_seconds
        while time.monotonic() < end:
            pass
    work.end()
    return pauses


def test_a_long_request_pauses_while_a_short_one_is_served():
    (pause,) = pauses_of(2, portion_seconds=0.001)
    assert pause >= 0.002


def test_a_long_request_does_not_pause_if_no_short_one_is_served():
    assert pauses_of(3, has_short_one=False) == []


def test_a_request_pauses_neither_too_long_nor_longer_than_it_may():
    assert pauses_of(3, portion_seconds=0.02) == [MAX_PAUSE_SECONDS] * 2
    assert pauses_of(2, timeout=0.0, portion_seconds=0.001) == [0.0]


def test_a_portion_begins_after_the_pause():
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        time.sleep(0.02)

    work = LongWork(WaitingThreads(1), Served(has_short_one=True), pause=pause)
    for _ in range(4):
        work.share("ada", LONG_TIMEOUT)
    assert min(pauses) < MAX_PAUSE_SECONDS


def test_a_request_ends_when_its_client_has_gone_and_the_next_one_computes(pool, gate):
    served = Served()
    requests = Requests(pool, served)
    served.gone.add(threading.current_thread())
    with pytest.raises(RequestAbandoned):
        requests.work.share("ada", LONG_TIMEOUT)
    waiting = pool.submit(requests.work.enter, "ada")
    wait_until(lambda: requests.waiting.count == 1)
    requests.work.end()
    assert waiting.result(TIMEOUT) is None


def test_a_request_whose_client_went_while_it_waited_does_not_begin(pool, gate):
    served = Served()
    requests = Requests(pool, served, max_wait_seconds=LONG_TIMEOUT)
    computing = requests.start("ada", "a", 1, gate)

    def enter():
        served.gone.add(threading.current_thread())
        requests.work.enter("ada")

    entered = pool.submit(enter)
    wait_until(lambda: requests.waiting.count == 1)
    gate.set()
    assert computing.result(TIMEOUT) is None
    with pytest.raises(RequestAbandoned):
        entered.result(TIMEOUT)


def test_a_short_request_does_not_ask_whether_its_client_has_gone():
    served = Served(is_short=True)
    served.gone.add(threading.current_thread())
    LongWork(WaitingThreads(0), served).share("ada", LONG_TIMEOUT)
