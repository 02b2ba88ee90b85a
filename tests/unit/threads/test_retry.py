"""Pauses between failures, and attempts in the background."""

from waiting import TIMEOUT
from xivo_dird.threads.background import Background
from xivo_dird.threads.retry import Backoff, RetryLoop


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_success():
    backoff = Backoff(max_pause=5.0, min_pause=1.0)
    assert [backoff.next_pause() for _ in range(5)] == [1.0, 2.0, 4.0, 5.0, 5.0]
    backoff.reset()
    assert backoff.next_pause() == 1.0


class Unhurried(Background):
    """Notes the pauses and makes none."""

    def __init__(self):
        super().__init__("attempts", lambda: None)
        self.pauses = []

    def wait(self, seconds):
        self.pauses.append(seconds)
        return self.is_stopping()


class Attempts:
    """Fails as often as it is told, then ends; it does not pause."""

    def __init__(self, failures, progress_at=None):
        self.background = Unhurried()
        self.retry = RetryLoop(self.background, max_pause=3.0)
        self.left = failures
        self.progress_at = progress_at
        self.errors = []

    def attempt(self):
        if self.left == self.progress_at:
            self.retry.note_progress()
        if self.left == 0:
            self.background.end()
            return
        self.left -= 1
        raise RuntimeError(f"{self.left} left")

    def run(self):
        self.retry.run(self.attempt, lambda error: self.errors.append(str(error)))
        return self.background.pauses


def test_every_failure_is_handed_on_and_followed_by_a_longer_pause():
    attempts = Attempts(failures=4)
    assert attempts.run() == [0.5, 1.0, 2.0, 3.0]
    assert attempts.errors == ["3 left", "2 left", "1 left", "0 left"]


def test_an_attempt_that_got_somewhere_is_followed_by_a_short_pause():
    assert Attempts(failures=4, progress_at=2).run() == [0.5, 1.0, 0.5, 1.0]


def test_what_fails_because_it_is_stopped_is_not_reported():
    attempts = Attempts(failures=3)

    def interrupted():
        attempts.background.end()
        raise RuntimeError("interrupted")

    attempts.retry.run(interrupted, attempts.errors.append)
    assert attempts.errors == attempts.background.pauses == []


def test_what_is_stopped_attempts_nothing():
    attempts = Attempts(failures=0)
    attempts.background.end()
    attempts.left = TIMEOUT
    assert attempts.run() == []
