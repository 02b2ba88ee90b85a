"""Tasks run on a limited number of threads, which end when they are idle."""

import threading
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
    tasks.close()
    gate.set()
    wait_until(lambda: not threads_named("closed tasks"))
    assert made == []
    with pytest.raises(SourceUnavailable, match="being closed"):
        tasks.run(lambda: None)
