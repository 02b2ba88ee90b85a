"""What a request thread says before it waits."""

import threading
from contextlib import ExitStack

import pytest

from waiting import TIMEOUT
from xivo_dird.blocking import (
    WaitingThreads,
    WaitsFor,
    notify_blocking,
    set_blocking_callback,
    waiting_for,
)
from xivo_dird.exceptions import TooBusy


def run_in_thread(work):
    """Run `work` in a new thread, wait for its end, and return what it returned."""
    results = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join(TIMEOUT)
    return results[0]


def test_the_callback_of_a_thread_runs_before_it_blocks():
    calls = []

    def block():
        set_blocking_callback(lambda: calls.append(threading.current_thread()))
        notify_blocking()
        with waiting_for(WaitsFor.STORE):
            return threading.current_thread()

    thread = run_in_thread(block)
    assert calls == [thread, thread]


def test_a_thread_without_a_callback_may_block_too():
    notify_blocking()
    with waiting_for(WaitsFor.SOURCES):
        pass


def test_the_threads_that_wait_are_counted_until_they_go_on():
    waiting = WaitingThreads(limit=2)
    counts = []

    def wait():
        set_blocking_callback(lambda: counts.append(waiting.count), waiting)
        with waiting_for(WaitsFor.STORE), waiting_for(WaitsFor.AUTHENTICATION):
            pass
        return waiting.count

    assert run_in_thread(wait) == 0
    assert counts == [1, 2]


def test_for_each_kind_a_limited_number_of_threads_may_wait():
    waiting = WaitingThreads(limit=2)

    def wait():
        set_blocking_callback(lambda: None, waiting)
        with waiting_for(WaitsFor.STORE):
            return "waited"

    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(waiting.waiting_for(WaitsFor.AUTHENTICATION))
        assert run_in_thread(wait) == "waited"
        for _ in range(2):
            stack.enter_context(waiting.waiting_for(WaitsFor.STORE))

        def fail():
            with pytest.raises(TooBusy, match="too many requests wait for the database"):
                wait()
            return "refused"

        assert run_in_thread(fail) == "refused"
    assert run_in_thread(wait) == "waited"
