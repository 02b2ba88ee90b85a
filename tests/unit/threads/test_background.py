"""Background work: it starts once, waits, is woken and stops."""

import threading

from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt
from xivo_dird.threads.background import Background


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
