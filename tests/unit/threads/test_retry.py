"""Backoff between failures, and the retry loop."""

from waiting import TIMEOUT
from xivo_dird.threads.background import Background
from xivo_dird.threads.retry import Backoff, RetryLoop


def test_pauses_double_up_to_the_maximum_and_restart_after_a_success():
    backoff = Backoff(max_pause=5.0, min_pause=1.0)
    assert [backoff.next_pause() for _ in range(5)] == [1.0, 2.0, 4.0, 5.0, 5.0]
    backoff.reset()
    assert backoff.next_pause() == 1.0


class InstantBackground(Background):
    """Records the pauses instead of waiting."""

    def __init__(self):
        super().__init__("attempts", lambda: None)
        self.pauses = []

    def wait(self, seconds):
        self.pauses.append(seconds)
        return self.is_stopping()


class Attempts:
    """An attempt that fails `failures` times and then stops the loop.

    If `progress_at` is given, the attempt with that many failures to come makes progress before it fails.
    """

    def __init__(self, failures, progress_at=None):
        self.background = InstantBackground()
        self.retry = RetryLoop(self.background, max_pause=3.0)
        self.failures = failures
        self.progress_at = progress_at
        self.errors = []

    def attempt(self):
        if self.failures == self.progress_at:
            self.retry.reset_backoff()
        if self.failures == 0:
            self.background.request_stop()
            return
        self.failures -= 1
        raise RuntimeError(f"{self.failures} left")

    def run(self):
        self.retry.run(self.attempt, lambda error: self.errors.append(str(error)))
        return self.background.pauses


def test_each_failure_is_reported_and_followed_by_a_longer_pause():
    attempts = Attempts(failures=4)
    assert attempts.run() == [0.5, 1.0, 2.0, 3.0]
    assert attempts.errors == ["3 left", "2 left", "1 left", "0 left"]


def test_a_failure_after_progress_is_followed_by_a_short_pause():
    assert Attempts(failures=4, progress_at=2).run() == [0.5, 1.0, 0.5, 1.0]


def test_a_failure_because_of_a_stop_is_not_reported():
    attempts = Attempts(failures=3)

    def interrupted():
        attempts.background.request_stop()
        raise RuntimeError("interrupted")

    attempts.retry.run(interrupted, attempts.errors.append)
    assert attempts.errors == attempts.background.pauses == []


def test_a_stopped_loop_makes_no_attempt():
    attempts = Attempts(failures=0)
    attempts.background.request_stop()
    attempts.failures = TIMEOUT
    assert attempts.run() == []
