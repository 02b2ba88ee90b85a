"""A schedule calls functions later, in their order, with one thread."""

import threading

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt
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
    done = threading.Event()
    schedule.call_after(LONG_TIMEOUT, lambda: None)
    schedule.call_after(0.0, done.set)
    assert done.wait(TIMEOUT)


def test_a_thousand_calls_need_one_thread(schedule):
    before = threading.active_count()
    for _ in range(1000):
        schedule.call_after(LONG_TIMEOUT, lambda: None)
    assert threading.active_count() <= before + 1


def test_a_cancelled_call_is_not_made(schedule):
    made, done = [], threading.Event()
    schedule.call_after(0.01, lambda: made.append("cancelled")).cancel()
    schedule.call_after(0.02, done.set)
    assert done.wait(TIMEOUT)
    assert made == []


def test_an_error_of_a_call_is_logged_and_stops_no_other(schedule, caplog):
    def raising():
        raise KeyError("missing")

    done = threading.Event()
    schedule.call_after(0.0, raising)
    schedule.call_after(0.01, done.set)
    assert done.wait(TIMEOUT)
    assert "A scheduled call failed" in caplog.text


def test_no_call_is_made_after_the_stop(schedule):
    made = []
    schedule.call_after(LONG_TIMEOUT, lambda: made.append("late"))
    with assert_prompt():
        schedule.stop()
    schedule.call_after(0.0, lambda: made.append("after the stop"))
    assert made == []
