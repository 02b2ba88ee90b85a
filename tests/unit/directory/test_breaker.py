"""The circuit breaker of a source."""

import threading
from queue import Queue

import pytest

from waiting import TIMEOUT
from xivo_dird.directory.breaker import Breaker, BreakerLimits


class Probe:
    """A source that works or not; tells when it was probed."""

    def __init__(self):
        self.works = threading.Event()
        self.probed: Queue[bool] = Queue()

    def __call__(self):
        works = self.works.is_set()
        self.probed.put(works)
        return works


@pytest.fixture
def probe():
    return Probe()


@pytest.fixture
def breaker(probe):
    breaker = Breaker(BreakerLimits(failures=3, pause=0.01, max_pause=0.02), probe)
    yield breaker
    breaker.close()


def test_it_opens_after_consecutive_failures_only(breaker):
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open
    for _ in range(3):
        breaker.failed()
    assert breaker.is_open


def test_it_is_probed_without_any_lookup_until_the_source_works(breaker, probe):
    for _ in range(3):
        breaker.failed()
    assert [probe.probed.get(timeout=TIMEOUT) for _ in range(3)] == [False] * 3
    assert breaker.is_open
    probe.works.set()
    while not probe.probed.get(timeout=TIMEOUT):
        pass
    closed = threading.Event()
    while breaker.is_open:
        closed.wait(0.001)
    breaker.failed()
    assert not breaker.is_open


def test_a_closed_breaker_is_probed_no_more(breaker, probe):
    for _ in range(3):
        breaker.failed()
    breaker.close()
    breaker.failed()
    assert not breaker.is_open
