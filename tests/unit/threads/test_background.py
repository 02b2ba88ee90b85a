"""Background work: it starts once, waits, is woken and stops."""

import threading

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.threads.background import Background, all_restarts


class Loop:
    """Counts its iterations, and waits until it is woken between them."""

    def __init__(self):
        self.iterations = threading.Semaphore(0)
        self.background = Background("loop", self._run)

    def _run(self):
        while True:
            self.iterations.release()
            if self.background.wait(LONG_TIMEOUT):
                return

    def has_iterated(self):
        return self.iterations.acquire(timeout=TIMEOUT)


def test_wake_ends_a_wait_and_stop_ends_the_work():
    loop = Loop()
    loop.background.start()
    assert loop.has_iterated()
    loop.background.wake()
    assert loop.has_iterated()
    with assert_prompt():
        loop.background.stop()
    assert loop.background.is_stopping()


def test_a_wake_before_the_wait_is_not_lost():
    background = Background("none", lambda: None)
    background.wake()
    with assert_prompt():
        assert not background.wait(LONG_TIMEOUT)


def test_the_work_starts_only_once_and_never_after_a_stop():
    started = []
    twice = Background("twice", lambda: started.append("twice"))
    twice.start()
    twice.start()
    twice.stop()
    never = Background("never", lambda: started.append("never"))
    never.stop()
    never.start()
    assert (started, never.is_started) == (["twice"], False)


def reported(thread):
    """Return how often a thread was restarted, and whether it runs."""
    return [(item.count, item.is_running) for item in all_restarts() if item.thread == thread]


@pytest.mark.parametrize("error", [ValueError("a mistake"), SystemExit(), KeyboardInterrupt(), MemoryError()])
def test_work_that_fails_runs_again_and_is_reported(error):
    runs = threading.Semaphore(0)
    can_run = threading.Event()

    def work():
        runs.release()
        if not can_run.is_set():
            raise error
        background.wait(LONG_TIMEOUT)

    background = Background(f"fails-{type(error).__name__}", work)
    background.start()
    assert runs.acquire(timeout=TIMEOUT)
    wait_until(lambda: reported(background.name) == [(1, False)])
    can_run.set()
    background.wake()
    assert runs.acquire(timeout=TIMEOUT)
    wait_until(lambda: reported(background.name) == [(1, True)])
    background.stop()


def test_work_that_fails_while_it_stops_is_not_run_again():
    started, released = threading.Event(), threading.Event()

    def work():
        started.set()
        assert released.wait(TIMEOUT)
        raise ValueError("too late")

    background = Background("stopping", work)
    background.start()
    assert started.wait(TIMEOUT)
    background.request_stop()
    released.set()
    background.stop()
    assert reported("stopping") == []
