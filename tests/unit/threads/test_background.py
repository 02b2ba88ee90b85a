"""Work in the background: it begins once, waits, is woken and ends."""

import threading

from waiting import FOREVER, TIMEOUT, promptly
from xivo_dird.threads.background import Background


class Loop:
    """Notes each turn, and waits for ever in between."""

    def __init__(self):
        self.turns = threading.Semaphore(0)
        self.background = Background("loop", self._run)

    def _run(self):
        while True:
            self.turns.release()
            if self.background.wait(FOREVER):
                return

    def turned(self):
        return self.turns.acquire(timeout=TIMEOUT)


def test_a_wait_ends_when_it_is_woken_and_the_work_when_it_is_stopped():
    loop = Loop()
    loop.background.start()
    assert loop.turned()
    loop.background.wake()
    assert loop.turned()
    with promptly():
        loop.background.stop()
    assert loop.background.is_stopping()


def test_to_wake_before_the_wait_is_not_lost():
    background = Background("none", lambda: None)
    background.wake()
    with promptly():
        assert not background.wait(FOREVER)


def test_it_begins_once_and_never_after_it_was_stopped():
    begun = []
    twice = Background("twice", lambda: begun.append("twice"))
    twice.start()
    twice.start()
    twice.stop()
    never = Background("never", lambda: begun.append("never"))
    never.stop()
    never.start()
    assert (begun, never.is_started) == (["twice"], False)
