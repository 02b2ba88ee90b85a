"""A schedule calls functions later, in their order, with one thread."""

import math
import threading
import weakref

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.threads.schedule import Schedule


@pytest.fixture
def schedule():
    schedule = Schedule("tested schedule")
    yield schedule
    schedule.stop()


def test_calls_are_made_in_the_order_of_their_time(schedule, gate):
    made, done = [], threading.Event()
    schedule.call_after(-LONG_TIMEOUT, lambda: gate.wait(TIMEOUT))
    for minutes_ago in (1, 3, 2):
        schedule.call_after(-60.0 * minutes_ago, lambda minutes_ago=minutes_ago: made.append(minutes_ago))
    schedule.call_after(0.0, done.set)
    gate.set()
    assert done.wait(TIMEOUT)
    assert made == [3, 2, 1]


def test_an_earlier_call_is_made_while_a_later_one_waits(schedule):
    made, done = [], threading.Event()
    schedule.call_after(LONG_TIMEOUT, lambda: made.append("too early"))
    schedule.call_after(0.0, done.set)
    assert done.wait(TIMEOUT)
    assert made == []


def test_calls_of_the_same_time_are_made_in_the_order_of_their_planning(schedule, gate):
    made, done = [], threading.Event()
    schedule.call_after(-LONG_TIMEOUT, lambda: gate.wait(TIMEOUT))
    for number in range(20):
        schedule.call_after(-math.inf, lambda number=number: made.append(number))
    schedule.call_after(0.0, done.set)
    gate.set()
    assert done.wait(TIMEOUT)
    assert made == list(range(20))


def test_a_cancelled_call_refers_to_nothing(schedule):
    class Work:
        def __call__(self):
            raise AssertionError

    work = Work()
    is_alive = weakref.ref(work)
    schedule.call_after(LONG_TIMEOUT, work).cancel()
    del work
    assert is_alive() is None


def test_a_thousand_calls_need_one_thread(schedule):
    before = threading.active_count()
    for _ in range(1000):
        schedule.call_after(LONG_TIMEOUT, lambda: None)
    assert threading.active_count() <= before + 1


def test_a_cancelled_call_is_not_made(schedule, caplog):
    made, is_cancelled, done = [], threading.Event(), threading.Event()
    schedule.call_after(0.0, is_cancelled.wait)
    schedule.call_after(0.0, lambda: made.append("cancelled")).cancel()
    schedule.call_after(0.0, done.set)
    is_cancelled.set()
    assert done.wait(TIMEOUT)
    assert made == caplog.records == []


def test_an_error_of_a_call_is_logged_and_stops_no_other(schedule, caplog):
    def raising():
        raise KeyError("missing")

    done = threading.Event()
    schedule.call_after(0.0, raising)
    schedule.call_after(0.01, done.set)
    assert done.wait(TIMEOUT)
    assert [record.getMessage() for record in caplog.records] == ["A scheduled call failed"]


def test_no_call_is_made_after_the_stop(schedule):
    made = []
    schedule.call_after(LONG_TIMEOUT, lambda: made.append("late"))
    with assert_prompt():
        schedule.stop()
    schedule.call_after(0.0, lambda: made.append("after the stop"))
    assert made == []
    assert "tested schedule" not in [thread.name for thread in threading.enumerate()]


def test_a_stop_during_a_call_prevents_the_calls_that_are_due(schedule):
    made, done = [], threading.Event()

    def stop():
        schedule.stop()
        done.set()

    schedule.call_after(LONG_TIMEOUT, lambda: None)
    schedule.call_after(-60.0, stop)
    schedule.call_after(-30.0, lambda: made.append("after the stop"))
    assert done.wait(TIMEOUT)
    wait_until(lambda: "tested schedule" not in [thread.name for thread in threading.enumerate()])
    assert made == []


def test_a_schedule_without_calls_starts_no_thread():
    Schedule("unused schedule").stop()
    assert "unused schedule" not in [thread.name for thread in threading.enumerate()]
