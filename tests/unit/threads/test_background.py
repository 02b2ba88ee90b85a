"""Background work: it starts once, waits, is woken and stops."""

import threading

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.exceptions import Unavailable
from xivo_dird.threads.background import Background, Restarts, all_restarts


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
    assert not loop.iterations.acquire(timeout=0.02)
    loop.background.wake()
    assert loop.has_iterated()
    assert not loop.iterations.acquire(timeout=0.02)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "loop"]
    assert thread.daemon
    with assert_prompt():
        loop.background.stop()
    assert loop.background.is_stopping()
    assert not thread.is_alive()


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


class Unhurried(Background):
    """Records the pauses before its work runs again, instead of making them."""

    def __init__(self, name, *runs):
        """Create a thread whose work fails after each of these numbers of seconds, and then ends."""
        self.now = 0.0
        self.pauses = []
        self.has_ended = threading.Event()
        self._runs = iter(runs)
        super().__init__(name, self._fail_later, clock=lambda: self.now)

    def _fail_later(self):
        seconds = next(self._runs, None)
        if seconds is None:
            self.has_ended.set()
            return
        self.now += seconds
        raise ValueError(f"failed at {self.now:g}")

    def wait(self, seconds):
        self.pauses.append(seconds)
        return self.is_stopping()


def finish(background):
    background.start()
    assert background.has_ended.wait(TIMEOUT)
    background.stop()
    return background


def test_the_pauses_double_while_the_work_fails_at_once():
    assert finish(Unhurried("hasty", *[0.0] * 9)).pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert finish(Unhurried("long", 0, 30, 30.5, 0, 31)).pauses == [0.5, 1, 0.5, 1, 0.5]


def test_restarts_are_reported_in_the_order_of_the_names_of_threads():
    threads = [finish(Unhurried(name, *runs)) for name, runs in (("2nd", [1, 2]), ("1st", [4]), ("3rd", []))]
    assert [item for item in all_restarts() if item.thread in {"1st", "2nd", "3rd"}] == [
        Restarts("1st", 1, "ValueError: failed at 4", True),
        Restarts("2nd", 2, "ValueError: failed at 3", True),
    ]
    assert threads[2].restarts is None


def test_a_stop_does_not_wait_for_work_that_hangs(gate):
    started = threading.Event()

    def hang():
        started.set()
        gate.wait(LONG_TIMEOUT)

    background = Background("hanging", hang, stop_seconds=0.001)
    background.start()
    assert started.wait(TIMEOUT)
    with assert_prompt():
        background.stop()


def test_work_can_stop_its_own_thread():
    stopped = threading.Event()

    def stop():
        background.stop()
        stopped.set()

    background = Background("own", stop)
    background.start()
    assert stopped.wait(TIMEOUT)
    assert background.restarts is None


def test_a_thread_that_the_system_refuses_can_be_started_later(no_new_threads):
    done = threading.Event()
    background = Background("refused", done.set)
    with no_new_threads(), pytest.raises(Unavailable) as raised:
        background.start()
    assert raised.value.message == "The thread 'refused' can't be started: can't start new thread"
    assert not background.is_started
    background.start()
    assert done.wait(TIMEOUT)
    assert background.is_started
