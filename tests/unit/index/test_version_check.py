"""Checks of the version are shared by threads, and never waited for longer than a question has time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import Caller
from xivo_dird.blocking import set_blocking_callback
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.index.version_check import VersionChecker, VersionCheckTimeout
from xivo_dird.threads.tasks import TaskThreads

ADA, BOB, CY = (Caller("token", "tenant", name) for name in ("ada", "bob", "cy"))


class Directory:
    """Returns its version, or raises its error, when its gate is open."""

    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Semaphore(0)
        self.callers = []
        self.error = None

    def version(self, caller):
        self.callers.append(caller)
        self.started.release()
        self.gate.wait()
        if self.error:
            raise self.error
        return f"version {len(self.callers)}"


@pytest.fixture
def directory():
    directory = Directory()
    yield directory
    directory.gate.set()


@pytest.fixture
def threads():
    threads = TaskThreads("checks", 4)
    yield threads
    threads.close()


@pytest.fixture
def checker(directory, threads):
    return VersionChecker(directory.version, threads, LONG_TIMEOUT)


def ask_as_request(checker, caller, queued):
    """Request the version on behalf of a caller; release `queued` when the check waits."""
    set_blocking_callback(queued.release)
    return checker.version(caller, TIMEOUT)


def test_each_check_reads_the_version_on_behalf_of_its_caller(checker, directory):
    assert [checker.version(caller, TIMEOUT) for caller in (ADA, None, BOB)] == [
        "version 1",
        "version 2",
        "version 3",
    ]
    assert directory.callers == [ADA, None, BOB]


def test_an_error_is_raised_and_the_next_check_runs(checker, directory):
    directory.error = RuntimeError("bug")
    with pytest.raises(RuntimeError, match="bug"):
        checker.version(ADA, TIMEOUT)
    directory.error = None
    assert checker.version(ADA, TIMEOUT) == "version 2"


def test_requests_during_a_check_share_the_next_one(checker, directory):
    directory.gate.clear()
    queued = threading.Semaphore(0)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(checker.version, ADA, TIMEOUT)
        assert directory.started.acquire(timeout=TIMEOUT)
        others = []
        for caller in (ADA, BOB, CY):
            others.append(pool.submit(ask_as_request, checker, caller, queued))
            assert queued.acquire(timeout=TIMEOUT)
        directory.gate.set()
        assert first.result(TIMEOUT) == "version 1"
        assert [other.result(TIMEOUT) for other in others] == ["version 2"] * 3
    assert directory.callers == [ADA, CY]


@pytest.mark.parametrize("timeout", [0.01, 0.0, -1.0])
def test_a_check_is_waited_for_until_the_timeout(checker, directory, timeout):
    directory.gate.clear()
    with (
        assert_prompt(),
        pytest.raises(VersionCheckTimeout, match=r"^it is not known yet whether its data changed$"),
    ):
        checker.version(ADA, timeout)


def test_a_check_that_nobody_waits_for_is_not_begun(checker, directory, threads):
    directory.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(checker.version, ADA, TIMEOUT)
        assert directory.started.acquire(timeout=TIMEOUT)
        for _ in range(4):
            with pytest.raises(VersionCheckTimeout):
                checker.version(BOB, 0.001)
        directory.gate.set()
        assert first.result(TIMEOUT) == "version 1"
    wait_until(lambda: not threads.is_busy)
    assert directory.callers == [ADA]
    assert checker.version(CY, TIMEOUT) == "version 2"


def test_while_a_check_hangs_no_question_waits(directory, threads):
    checker = VersionChecker(directory.version, threads, 0.01)
    directory.gate.clear()
    with pytest.raises(VersionCheckTimeout):
        checker.version(ADA, 0.02)
    with pytest.raises(SourceUnavailable, match=r"^to look whether its data changed takes too long$"):
        checker.version(ADA, LONG_TIMEOUT)
    directory.gate.set()
    wait_until(lambda: not threads.is_busy)
    assert checker.version(ADA, TIMEOUT) == "version 2"


def test_a_check_on_closed_threads_is_refused_at_once(checker, threads):
    threads.close()
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        checker.version(ADA, LONG_TIMEOUT)


class LateThreads(TaskThreads):
    """Keeps the tasks, which a test runs itself."""

    def __init__(self):
        super().__init__("late", 1)
        self.late = []

    def run(self, task):
        self.late.append(task)


def test_requests_before_a_check_begins_share_its_task(directory):
    threads = LateThreads()
    checker = VersionChecker(directory.version, threads)
    for tasks in (1, 2):
        for _ in range(3):
            with pytest.raises(VersionCheckTimeout):
                checker.version(ADA, 0.0)
        assert len(threads.late) == tasks
        threads.late[-1]()
    assert directory.callers == []
