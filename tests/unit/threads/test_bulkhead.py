"""The workers and the queue that are reserved for one source."""

import threading
from concurrent.futures import wait

import pytest

from waiting import TIMEOUT
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.threads.bulkhead import Bulkhead


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def bulkhead():
    bulkhead: Bulkhead[tuple[object, ...]] = Bulkhead("crew", workers=2, queue=3)
    yield bulkhead
    bulkhead.close()


def hang(bulkhead, gate, key):
    """Occupy a worker until the gate opens, and return its call."""
    started = threading.Event()

    def work():
        started.set()
        gate.wait()
        return (key,)

    call = bulkhead.submit(key, work)
    assert started.wait(TIMEOUT)
    return call


def test_a_worker_runs_the_call(bulkhead):
    assert bulkhead.submit("a", lambda: ("Ada",)).future.result(TIMEOUT) == ("Ada",)


def test_the_caller_gets_whatever_a_backend_raises_even_system_exit(bulkhead):
    def exit_process():
        raise SystemExit(1)

    assert isinstance(bulkhead.submit("a", exit_process).future.exception(TIMEOUT), SystemExit)
    assert bulkhead.submit("b", lambda: ("Ada",)).future.result(TIMEOUT) == ("Ada",)


def test_calls_with_an_equal_key_in_flight_are_run_once(bulkhead, gate):
    first = hang(bulkhead, gate, "a")
    assert bulkhead.submit("a", lambda: ("never",)) is first
    bulkhead.release(first)
    assert not first.is_abandoned
    gate.set()
    assert first.future.result(TIMEOUT) == ("a",)


def test_a_finished_call_is_not_shared(bulkhead):
    assert bulkhead.submit("a", lambda: (1,)).future.result(TIMEOUT) == (1,)
    assert bulkhead.submit("a", lambda: (2,)).future.result(TIMEOUT) == (2,)


def test_a_queued_call_that_all_callers_release_is_cancelled(bulkhead, gate):
    hang(bulkhead, gate, "a")
    hang(bulkhead, gate, "b")
    done = []

    def work():
        done.append("c")
        return ("c",)

    queued = bulkhead.submit("c", work)
    bulkhead.release(queued)
    gate.set()
    assert bulkhead.submit("d", lambda: ("d",)).future.result(TIMEOUT) == ("d",)
    assert done == []
    assert queued.future.cancelled()


def test_a_call_is_refused_at_once_if_all_workers_are_abandoned(bulkhead, gate):
    for key in "ab":
        bulkhead.release(hang(bulkhead, gate, key))
    with pytest.raises(SourceUnavailable, match="all 2 workers"):
        bulkhead.submit("c", tuple)


def test_a_worker_runs_calls_again_after_an_abandoned_call_ends(bulkhead, gate):
    abandoned = [hang(bulkhead, gate, key) for key in "ab"]
    for call in abandoned:
        bulkhead.release(call)
    gate.set()
    answered = None
    while answered is None:
        try:
            answered = bulkhead.submit("c", lambda: ("c",)).future.result(TIMEOUT)
        except SourceUnavailable:
            threading.Event().wait(0.001)
    assert answered == ("c",)


def test_calls_wait_in_the_queue_up_to_its_limit(bulkhead, gate):
    for key in "ab":
        hang(bulkhead, gate, key)
    queued = [bulkhead.submit(key, lambda key=key: (key,)) for key in "cde"]
    with pytest.raises(SourceUnavailable, match="3 calls are waiting"):
        bulkhead.submit("f", tuple)
    gate.set()
    assert [call.future.result(TIMEOUT) for call in queued] == [("c",), ("d",), ("e",)]


def test_closing_ends_every_call_even_while_one_hangs(bulkhead, gate):
    calls = [hang(bulkhead, gate, key) for key in "ab"]
    calls.append(bulkhead.submit("c", tuple))
    bulkhead.close()
    assert not wait([call.future for call in calls], TIMEOUT).not_done
    assert all(isinstance(call.future.exception(), SourceUnavailable) for call in calls)
    with pytest.raises(SourceUnavailable, match="closed"):
        bulkhead.submit("d", tuple)
