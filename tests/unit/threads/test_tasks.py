"""Tasks run on a limited number of threads, which end when they are idle."""

import threading
import weakref
from functools import partial

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.threads.tasks import TaskThreads


def threads_named(name):
    return [thread for thread in threading.enumerate() if thread.name == name]


def test_tasks_that_hang_occupy_only_the_maximum_of_threads(gate):
    tasks = TaskThreads("hanging tasks", 3)
    for _ in range(20):
        tasks.run(gate.wait)
    assert len(threads_named("hanging tasks")) == 3
    assert tasks.is_busy
    gate.set()
    wait_until(lambda: not tasks.is_busy)
    tasks.close()


def test_threads_are_busy_from_the_moment_they_get_a_task(gate):
    tasks = TaskThreads("busy tasks", 1)
    for _ in range(3):
        tasks.run(gate.wait)
        assert tasks.is_busy
        gate.set()
        wait_until(lambda: not tasks.is_busy)
        gate.clear()
    tasks.close()


def test_tasks_of_one_thread_run_in_their_order():
    tasks, done = TaskThreads("ordered tasks", 1), threading.Event()
    made: list[int] = []
    for number in range(100):
        tasks.run(partial(made.append, number))
    tasks.run(done.set)
    assert done.wait(TIMEOUT)
    assert made == list(range(100))
    tasks.close()


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_task_that_raises_ends_no_thread(error, caplog):
    def raising():
        raise error

    tasks, done = TaskThreads("raising tasks", 1), threading.Event()
    tasks.run(raising)
    tasks.run(done.set)
    assert done.wait(TIMEOUT)
    assert "A task of the thread 'raising tasks' failed" in caplog.text
    tasks.close()


@pytest.mark.parametrize("end", [TaskThreads.end_idle, TaskThreads.close])
def test_idle_threads_end_when_they_are_told_to(end):
    tasks, done = TaskThreads("idle tasks", 2, LONG_TIMEOUT), threading.Event()
    tasks.run(done.set)
    assert done.wait(TIMEOUT)
    end(tasks)
    wait_until(lambda: not threads_named("idle tasks"))


def test_idle_threads_end_by_themselves():
    tasks = TaskThreads("short tasks", 2, 0.01)
    tasks.run(lambda: None)
    wait_until(lambda: not threads_named("short tasks"))
    done = threading.Event()
    tasks.run(done.set)
    assert done.wait(TIMEOUT)


def test_closed_threads_forget_what_waits_and_refuse_more(gate):
    tasks, made = TaskThreads("closed tasks", 1), []
    tasks.run(gate.wait)
    tasks.run(lambda: made.append("forgotten"))
    assert not tasks.is_closed
    tasks.close()
    assert tasks.is_closed
    gate.set()
    wait_until(lambda: not threads_named("closed tasks"))
    assert made == []
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        tasks.run(lambda: None)


def test_a_task_is_refused_if_the_system_refuses_the_first_thread(no_new_threads, gate):
    tasks, done = TaskThreads("refused tasks", 2), threading.Event()
    with no_new_threads(), pytest.raises(SourceUnavailable) as raised:
        tasks.run(done.set)
    assert str(raised.value) == "no thread can be started: can't start new thread"
    assert not tasks.is_busy
    tasks.run(gate.wait)
    with no_new_threads():
        tasks.run(done.set)
    assert len(threads_named("refused tasks")) == 1
    gate.set()
    assert done.wait(TIMEOUT)
    tasks.close()


def test_an_idle_thread_does_not_keep_its_last_task_alive():
    class Work:
        def __call__(self):
            pass

    tasks, work = TaskThreads("forgetful tasks", 1, LONG_TIMEOUT), Work()
    is_alive = weakref.ref(work)
    tasks.run(work)
    del work
    wait_until(lambda: is_alive() is None)
    assert [thread.daemon for thread in threads_named("forgetful tasks")] == [True]
    tasks.close()


def test_each_thread_that_ends_is_replaced_when_it_is_needed(gate):
    tasks = TaskThreads("short tasks", 2, 0.0)
    for _ in range(3):
        done = [threading.Event() for _ in range(2)]
        for event in done:
            tasks.run(event.set)
        assert all(event.wait(TIMEOUT) for event in done)
        wait_until(lambda: not threads_named("short tasks"))
        assert not tasks.is_busy
    for _ in range(3):
        tasks.run(gate.wait)
    assert len(threads_named("short tasks")) == 2
    tasks.close()
