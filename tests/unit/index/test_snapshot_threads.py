"""The threads of a source have its name, and are busy, idle and closed together."""

import threading

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.threads.schedule import Schedule


@pytest.fixture
def source(request):
    """Return the name of a source, which no other test has."""
    return request.node.name


@pytest.fixture
def threads(source):
    threads = SnapshotThreads.create(source, Schedule("tested threads"))
    yield threads
    threads.close()


def names(source):
    return {thread.name for thread in threading.enumerate()} & {f"snapshot {source}", f"version {source}"}


@pytest.mark.parametrize(("kind", "purpose"), [("tasks", "snapshot"), ("checks", "version")])
def test_the_threads_are_busy_while_one_of_them_is(threads, source, gate, kind, purpose):
    assert not threads.is_busy
    getattr(threads, kind).run(gate.wait)
    assert threads.is_busy
    assert names(source) == {f"{purpose} {source}"}
    gate.set()
    wait_until(lambda: not threads.is_busy)


def test_idle_threads_end_when_they_are_no_longer_needed(threads, source):
    ran = threading.Semaphore(0)
    for kind in (threads.tasks, threads.checks):
        kind.run(ran.release)
        assert ran.acquire(timeout=TIMEOUT)
    threads.end_idle()
    wait_until(lambda: not names(source))


def test_each_kind_has_one_thread_unless_more_are_allowed(threads, gate):
    running = threading.Semaphore(0)

    def run():
        running.release()
        gate.wait()

    more = SnapshotThreads.create("more", threads.schedule, 2)
    for kind, allowed in [(threads.tasks, 1), (threads.checks, 1), (more.tasks, 2), (more.checks, 2)]:
        for _ in range(3):
            kind.run(run)
        for _ in range(allowed):
            assert running.acquire(timeout=TIMEOUT)
        assert not running.acquire(timeout=0.005)
    more.close()


def test_closed_threads_run_nothing(threads):
    threads.close()
    for kind in (threads.tasks, threads.checks):
        with pytest.raises(SourceUnavailable):
            kind.run(lambda: None)
