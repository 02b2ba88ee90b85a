"""A process that does nothing for too long is noticed, one that goes on is not."""

from waiting import wait_until
from xivo_dird.index.idle_watch import CHECKS, watched


def test_a_process_that_uses_no_processor_time_is_noticed_once():
    calls = []
    with watched(0.05, lambda: calls.append(1), lambda: 7.0):
        wait_until(lambda: calls)
    assert calls == [1]


def test_a_process_that_uses_processor_time_is_not_noticed():
    calls, times = [], []

    def used_seconds():
        times.append(1)
        return 0.002 * len(times)

    with watched(0.05, lambda: calls.append(1), used_seconds):
        wait_until(lambda: len(times) > 6 * CHECKS)
    assert calls == []


def test_small_pages_that_arrive_just_in_time_are_work():
    calls, times = [], []

    def used_seconds():
        times.append(1)
        return 0.0003 * len(times)  # a page has one entry

    with watched(0.05, lambda: calls.append(1), used_seconds, clock=lambda: 0.03 * len(times)):
        wait_until(lambda: len(times) > CHECKS or calls)
    assert calls == []
