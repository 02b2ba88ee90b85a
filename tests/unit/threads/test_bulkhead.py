"""The workers and the queue that are reserved for one source."""

import threading
from concurrent.futures import wait

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.threads.bulkhead import Bulkhead


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


def threads_of(name):
    return [thread for thread in threading.enumerate() if thread.name == name]


def test_a_worker_is_started_only_if_none_is_idle():
    bulkhead: Bulkhead[int] = Bulkhead("frugal", workers=4, queue=3)
    assert threads_of("frugal") == []
    for number in range(5):
        assert bulkhead.submit(number, lambda: 1).future.result(TIMEOUT) == 1
        wait_until(lambda: not bulkhead.is_busy)
        assert len(threads_of("frugal")) == 1
    assert all(thread.daemon for thread in threads_of("frugal"))
    bulkhead.close()
    wait_until(lambda: not threads_of("frugal"))


def test_a_worker_is_started_for_each_call_up_to_the_limit(gate):
    bulkhead: Bulkhead[tuple[str, ...]] = Bulkhead("growing", workers=3, queue=9)
    for number, key in enumerate("abc", 1):
        hang(bulkhead, gate, key)
        assert len(threads_of("growing")) == number
    for key in "de":
        bulkhead.submit(key, tuple)
    assert len(threads_of("growing")) == 3
    gate.set()
    bulkhead.close()


def test_a_second_call_starts_a_worker_while_the_idle_one_is_taken(gate):
    bulkhead: Bulkhead[tuple[str, ...]] = Bulkhead("idle", workers=4, queue=9)
    assert bulkhead.submit("first", lambda: ("x",)).future.result(TIMEOUT) == ("x",)
    wait_until(lambda: not bulkhead.is_busy)
    calls = [hang(bulkhead, gate, key) for key in "ab"]
    assert len(threads_of("idle")) == 2
    gate.set()
    assert [call.future.result(TIMEOUT) for call in calls] == [("a",), ("b",)]
    bulkhead.close()


def test_idle_workers_can_be_ended_and_calls_are_still_possible():
    bulkhead: Bulkhead[int] = Bulkhead("ending", workers=2, queue=3)
    bulkhead.submit("a", lambda: 1).future.result(TIMEOUT)
    bulkhead.end_idle()
    wait_until(lambda: not threads_of("ending"))
    assert bulkhead.submit("b", lambda: 2).future.result(TIMEOUT) == 2
    wait_until(lambda: not threads_of("ending"))
    assert not bulkhead.is_busy


def test_a_bulkhead_is_busy_while_a_call_runs_or_waits(bulkhead, gate):
    assert not bulkhead.is_busy
    calls = [hang(bulkhead, gate, key) for key in "ab"]
    assert bulkhead.is_busy
    queued = bulkhead.submit("c", tuple)
    assert (calls[0].has_started, queued.has_started) == (True, False)
    gate.set()
    queued.future.result(TIMEOUT)
    assert queued.has_started
    wait_until(lambda: not bulkhead.is_busy)


def test_a_call_ends_only_when_its_last_caller_stops_waiting(bulkhead, gate):
    call = hang(bulkhead, gate, "a")
    for _ in range(2):
        bulkhead.submit("a", tuple)
    call.release()
    call.release()
    assert bulkhead.submit("a", tuple) is call
    call.release()
    call.release()
    assert call.is_abandoned
    assert bulkhead.submit("a", lambda: ("again",)).future.result(TIMEOUT) == ("again",)


def test_releasing_a_finished_call_abandons_nothing(bulkhead):
    call = bulkhead.submit("a", lambda: ("Ada",))
    call.future.result(TIMEOUT)
    call.release()
    assert not call.is_abandoned
    for key in "bcd":
        assert bulkhead.submit(key, lambda: (1,)).future.result(TIMEOUT) == (1,)


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
    first.release()
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
    queued.release()
    gate.set()
    assert bulkhead.submit("d", lambda: ("d",)).future.result(TIMEOUT) == ("d",)
    assert done == []
    assert queued.future.cancelled()


def test_a_call_is_refused_at_once_if_all_workers_are_abandoned(bulkhead, gate):
    for key in "ab":
        hang(bulkhead, gate, key).release()
    with pytest.raises(SourceUnavailable, match=r"^all 2 workers still wait for earlier calls$"):
        bulkhead.submit("c", tuple)


def test_a_worker_runs_calls_again_after_an_abandoned_call_ends(bulkhead, gate):
    abandoned = [hang(bulkhead, gate, key) for key in "ab"]
    for call in abandoned:
        call.release()
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
    with pytest.raises(SourceUnavailable, match=r"^3 calls are waiting already$"):
        bulkhead.submit("f", tuple)
    gate.set()
    assert [call.future.result(TIMEOUT) for call in queued] == [("c",), ("d",), ("e",)]


def test_closing_ends_every_call_even_while_one_hangs(bulkhead, gate):
    calls = [hang(bulkhead, gate, key) for key in "ab"]
    calls.append(bulkhead.submit("c", tuple))
    bulkhead.close()
    assert not wait([call.future for call in calls], TIMEOUT).not_done
    assert all(isinstance(call.future.exception(), SourceUnavailable) for call in calls)
    assert {str(call.future.exception()) for call in calls} == {"it is being closed"}
    with pytest.raises(SourceUnavailable, match=r"^it is being closed$"):
        bulkhead.submit("d", tuple)


def test_each_abandoned_call_that_ends_frees_one_worker(bulkhead, gate):
    for round_ in range(3):
        abandoned = [hang(bulkhead, gate, f"{round_} {key}") for key in "ab"]
        for call in abandoned:
            call.release()
        gate.set()
        wait_until(lambda: not bulkhead.is_busy)
        assert bulkhead.submit("c", lambda: ("c",)).future.result(TIMEOUT) == ("c",)
        gate.clear()
    hang(bulkhead, gate, "one").release()
    assert bulkhead.submit("c", lambda: ("other worker",)).future.result(TIMEOUT) == ("other worker",)
    hang(bulkhead, gate, "two").release()
    with pytest.raises(SourceUnavailable, match=r"^all 2 workers still wait for earlier calls$"):
        bulkhead.submit("c", tuple)
