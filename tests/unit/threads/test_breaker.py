"""The circuit breaker of a source."""

import threading
from queue import Queue

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.threads.breaker import Breaker, BreakerLimits


class Probe:
    """A source that works or not, and records its probes."""

    def __init__(self):
        self.works = threading.Event()
        self.probed: Queue[bool] = Queue()
        self.pauses = []

    def __call__(self):
        self.pauses.append(getattr(threading.current_thread(), "interval", None))
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
    for failures in (1, 1, 1, 2, 2, 1):
        for _ in range(failures):
            breaker.record_failure()
        assert not breaker.is_open
        breaker.record_success()
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


@pytest.fixture
def timers():
    """Return a function that returns the timers of breakers that this test has started."""
    before = set(threading.enumerate())
    return lambda: [
        thread for thread in threading.enumerate() if thread.name == "breaker probe" and thread not in before
    ]


def test_pauses_between_probes_grow_up_to_the_longest(probe):
    breaker = Breaker(BreakerLimits(failures=1, pause=0.001, max_pause=0.003), probe)
    breaker.record_failure()
    for _ in range(4):
        assert probe.probed.get(timeout=TIMEOUT) is False
    breaker.stop()
    assert probe.pauses[:4] == [0.001, 0.002, 0.003, 0.003]


def test_the_first_probe_waits_for_a_pause(probe, timers):
    breaker = Breaker(BreakerLimits(failures=1, pause=LONG_TIMEOUT, max_pause=LONG_TIMEOUT), probe)
    breaker.record_failure()
    assert breaker.is_open
    assert probe.probed.empty()
    assert [timer.daemon for timer in timers()] == [True]
    breaker.stop()
    assert not breaker.is_open
    wait_until(lambda: not timers())


def test_a_success_ends_the_probes(probe, timers):
    breaker = Breaker(BreakerLimits(failures=1, pause=LONG_TIMEOUT, max_pause=LONG_TIMEOUT), probe)
    breaker.record_failure()
    (timer,) = timers()
    breaker.record_success()
    assert not breaker.is_open
    wait_until(lambda: not timer.is_alive())


def test_one_probe_runs_at_a_time(probe, timers):
    breaker = Breaker(BreakerLimits(failures=1, pause=LONG_TIMEOUT, max_pause=LONG_TIMEOUT), probe)
    for _ in range(3):
        breaker.record_failure()
    assert len(timers()) == 1
    breaker.stop()


def test_a_probe_that_fails_unexpectedly_is_logged_and_repeated(caplog):
    probed = threading.Semaphore(0)

    def probe():
        probed.release()
        raise RuntimeError("bug")

    breaker = Breaker(BreakerLimits(failures=1, pause=0.001, max_pause=0.001), probe)
    breaker.record_failure()
    for _ in range(2):
        assert probed.acquire(timeout=TIMEOUT)
    assert breaker.is_open
    breaker.stop()
    assert "A probe failed in an unexpected way" in [record.getMessage() for record in caplog.records]


def breaker_with_gates(*gates):
    """Return a breaker whose probes fail, each after the next of the gates, and a semaphore of begun probes."""
    started, following = threading.Semaphore(0), iter(gates)

    def probe():
        gate = next(following)
        started.release()
        gate.wait(TIMEOUT)
        return False

    return Breaker(BreakerLimits(failures=1, pause=0.001, max_pause=0.001), probe), started


def test_a_breaker_that_is_stopped_during_a_probe_does_not_probe_again(gate, timers):
    breaker, started = breaker_with_gates(gate, gate)
    breaker.record_failure()
    assert started.acquire(timeout=TIMEOUT)
    (timer,) = timers()
    breaker.stop()
    gate.set()
    timer.join(TIMEOUT)
    assert not breaker.is_open
    assert not started.acquire(blocking=False)


def test_a_probe_from_before_a_success_is_not_repeated(gate, timers):
    other_gate = threading.Event()
    breaker, started = breaker_with_gates(gate, other_gate)
    breaker.record_failure()
    assert started.acquire(timeout=TIMEOUT)
    (old,) = timers()
    breaker.record_success()
    breaker.record_failure()
    assert started.acquire(timeout=TIMEOUT)
    gate.set()
    old.join(TIMEOUT)
    assert len(timers()) == 1
    breaker.stop()
    other_gate.set()


def test_after_a_success_the_pause_is_the_shortest_again(probe, timers):
    breaker = Breaker(BreakerLimits(failures=1, pause=LONG_TIMEOUT, max_pause=4 * LONG_TIMEOUT), probe)
    for _ in range(3):
        breaker.record_failure()
        assert [getattr(timer, "interval", None) for timer in timers()] == [LONG_TIMEOUT]
        breaker.record_success()
        wait_until(lambda: not timers())


def test_without_a_thread_for_a_probe_the_breaker_stays_closed(probe, no_new_threads, caplog):
    breaker = Breaker(BreakerLimits(failures=1, pause=0.001, max_pause=0.001), probe)
    with no_new_threads():
        breaker.record_failure()
    assert not breaker.is_open
    assert "No thread for a probe can be started" in caplog.text
    breaker.record_failure()
    assert breaker.is_open
    assert probe.probed.get(timeout=TIMEOUT) is False
    breaker.stop()
