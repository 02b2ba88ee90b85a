"""The workers that one waiting source has for itself."""

import threading
from concurrent.futures import wait

import pytest

from waiting import TIMEOUT
from xivo_dird.directory.bulkhead import Bulkhead
from xivo_dird.exceptions import SourceUnavailable


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
    """Occupy one worker until the gate opens."""
    started = threading.Event()

    def work():
        started.set()
        gate.wait()
        return (key,)

    call = bulkhead.submit(key, work)
    assert started.wait(TIMEOUT)
    return call


def test_a_call_is_answered_by_a_worker(bulkhead):
    assert bulkhead.submit("a", lambda: ("Ada",)).future.result(TIMEOUT) == ("Ada",)


def test_what_a_backend_raises_reaches_the_asker_even_if_it_wants_to_end_the_process(bulkhead):
    def leave():
        raise SystemExit(1)

    assert isinstance(bulkhead.submit("a", leave).future.exception(TIMEOUT), SystemExit)
    assert bulkhead.submit("b", lambda: ("Ada",)).future.result(TIMEOUT) == ("Ada",)


def test_equal_questions_in_flight_are_asked_once(bulkhead, gate):
    first = hang(bulkhead, gate, "a")
    assert bulkhead.submit("a", lambda: ("never",)) is first
    bulkhead.leave(first)
    assert not first.abandoned
    gate.set()
    assert first.future.result(TIMEOUT) == ("a",)


def test_a_question_asked_again_after_its_answer_is_asked_anew(bulkhead):
    assert bulkhead.submit("a", lambda: (1,)).future.result(TIMEOUT) == (1,)
    assert bulkhead.submit("a", lambda: (2,)).future.result(TIMEOUT) == (2,)


def test_work_whose_askers_have_gone_is_not_started(bulkhead, gate):
    hang(bulkhead, gate, "a")
    hang(bulkhead, gate, "b")
    done = []

    def work():
        done.append("c")
        return ("c",)

    queued = bulkhead.submit("c", work)
    bulkhead.leave(queued)
    gate.set()
    assert bulkhead.submit("d", lambda: ("d",)).future.result(TIMEOUT) == ("d",)
    assert done == []
    assert queued.future.cancelled()


def test_a_source_whose_workers_are_all_abandoned_is_refused_at_once(bulkhead, gate):
    for key in "ab":
        bulkhead.leave(hang(bulkhead, gate, key))
    with pytest.raises(SourceUnavailable, match="all 2 workers"):
        bulkhead.submit("c", tuple)


def test_a_worker_that_comes_back_from_an_abandoned_call_works_again(bulkhead, gate):
    abandoned = [hang(bulkhead, gate, key) for key in "ab"]
    for call in abandoned:
        bulkhead.leave(call)
    gate.set()
    answered = None
    while answered is None:
        try:
            answered = bulkhead.submit("c", lambda: ("c",)).future.result(TIMEOUT)
        except SourceUnavailable:
            threading.Event().wait(0.001)
    assert answered == ("c",)


def test_a_healthy_source_under_load_is_queued_for_up_to_its_limit(bulkhead, gate):
    for key in "ab":
        hang(bulkhead, gate, key)
    queued = [bulkhead.submit(key, lambda key=key: (key,)) for key in "cde"]
    with pytest.raises(SourceUnavailable, match="3 questions are waiting"):
        bulkhead.submit("f", tuple)
    gate.set()
    assert [call.future.result(TIMEOUT) for call in queued] == [("c",), ("d",), ("e",)]


def test_closing_wakes_every_asker_while_a_call_hangs(bulkhead, gate):
    calls = [hang(bulkhead, gate, key) for key in "ab"]
    calls.append(bulkhead.submit("c", tuple))
    bulkhead.close()
    assert not wait([call.future for call in calls], TIMEOUT).not_done
    assert all(isinstance(call.future.exception(), SourceUnavailable) for call in calls)
    with pytest.raises(SourceUnavailable, match="closed"):
        bulkhead.submit("d", tuple)
