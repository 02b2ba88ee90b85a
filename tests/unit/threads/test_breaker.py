"""The circuit breaker of a source."""

import threading
from queue import Queue

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.threads.breaker import Breaker, BreakerLimits


class Probe:
    """A source that works or not, and records its probes."""

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
    breaker.stop()


def test_only_consecutive_failures_open_the_breaker(breaker):
    for _ in range(5):
        breaker.record_failure()
        breaker.record_failure()
        breaker.record_success()
    assert not breaker.is_open
    for _ in range(3):
        breaker.record_failure()
    assert breaker.is_open


def test_an_open_breaker_probes_until_the_source_works(breaker, probe):
    for _ in range(3):
        breaker.record_failure()
    assert [probe.probed.get(timeout=TIMEOUT) for _ in range(3)] == [False] * 3
    assert breaker.is_open
    probe.works.set()
    while not probe.probed.get(timeout=TIMEOUT):
        pass
    wait_until(lambda: not breaker.is_open)
    breaker.record_failure()
    assert not breaker.is_open


def test_a_stopped_breaker_does_not_probe(breaker, probe):
    for _ in range(3):
        breaker.record_failure()
    breaker.stop()
    breaker.record_failure()
    assert not breaker.is_open
