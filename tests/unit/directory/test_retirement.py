"""Replaced sources still answer for a while, and are closed by one thread per source, whatever they do."""

import threading
from dataclasses import dataclass, field

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.directory.retirement import (
    MAX_BUSY,
    MAX_OPEN,
    MAX_RETIRED,
    TEND_SECONDS,
    Retirement,
    close_logging_errors,
)


@dataclass
class Planned:
    """A call in the future."""

    seconds: float
    work: object
    is_cancelled: bool = False

    def cancel(self):
        self.is_cancelled = True


class Plan:
    """A schedule whose calls a test makes itself."""

    def __init__(self):
        self.calls = []

    def call_after(self, seconds, work):
        self.calls.append(Planned(seconds, work))
        return self.calls[-1]

    def waiting(self):
        """Return the seconds until each call that is due some time."""
        return [call.seconds for call in self.calls if not call.is_cancelled]

    def run(self):
        """Run the calls that wait at this moment."""
        calls, self.calls = self.calls, []
        for call in calls:
            if not call.is_cancelled:
                call.work()


@dataclass
class Instance:
    """An instance of a source: idle, unless a test says that it works."""

    name: str = "crew"
    is_busy: bool = False
    still_answers: bool = True
    error: Exception | None = None
    done: list = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def retire(self):
        self.done.append("retired")

    def stop(self):
        self.done.append("stopped")

    def close(self):
        self.gate.wait(TIMEOUT)
        self.done.append("closed")
        if self.error:
            raise self.error

    @property
    def is_closed(self):
        return "closed" in self.done


def instance(**state):
    instance = Instance(**state)
    instance.gate.set()
    return instance


def threads_named(name):
    return [thread for thread in threading.enumerate() if thread.name == name]


@pytest.fixture
def plan():
    return Plan()


@pytest.fixture
def ended():
    return []


@pytest.fixture
def slow(plan, ended):
    """A retirement in which no grace ends during a test."""
    return Retirement(plan, ended.append, LONG_TIMEOUT, LONG_TIMEOUT)


@pytest.fixture
def quick(plan, ended):
    """A retirement in which the grace of an idle instance is over at once."""
    return Retirement(plan, ended.append, 0.0, LONG_TIMEOUT)


def test_a_retired_instance_is_found_by_its_source_and_configuration(slow):
    old, other = instance(), instance()
    slow.add("crew", "first", old)
    slow.add("staff", "second", other)
    assert old.done == ["retired"]
    assert slow.find("crew", "first") is old
    assert slow.find("staff", "second") is other
    assert slow.find("crew", "second") is slow.find("nobody", "first") is None


def test_a_retired_instance_without_data_is_not_found(slow):
    slow.add("crew", "first", instance(still_answers=False))
    assert slow.find("crew", "first") is None


def test_the_retired_instance_that_was_found_last_is_closed_last(slow, plan):
    old = [instance() for _ in range(MAX_OPEN + 3)]
    for number, one in enumerate(old):
        slow.add("crew", number, one)
        assert slow.find("crew", 0) is old[0]
    plan.run()
    wait_until(lambda: [one.is_closed for one in old] == [False, *[True] * 3, *[False] * 3])
    assert [slow.find("crew", number) for number in range(5)] == [old[0], None, None, None, old[4]]


def test_an_idle_instance_is_closed_after_its_grace(quick, plan, ended):
    old = instance(name="closed once")
    quick.add("crew", "first", old)
    assert plan.waiting() == [TEND_SECONDS]
    plan.run()
    wait_until(lambda: old.is_closed)
    assert quick.find("crew", "first") is None
    wait_until(lambda: 0.0 in plan.waiting())
    assert ended == []
    assert [thread.daemon for thread in threads_named("close closed once")] == [True]
    plan.run()
    assert ended == ["crew"]
    assert plan.waiting() == []
    wait_until(lambda: not threads_named("close closed once"))


def test_an_instance_is_closed_later_if_the_system_refuses_a_thread(quick, plan, ended, no_new_threads):
    old = instance()
    quick.add("crew", "first", old)
    with no_new_threads():
        plan.run()
    assert quick.find("crew", "first") is old
    assert plan.waiting() == [TEND_SECONDS]
    plan.run()
    wait_until(lambda: old.is_closed)
    wait_until(lambda: 0.0 in plan.waiting())
    plan.run()
    assert ended == ["crew"]
    quick.add("crew", "second", instance())
    assert plan.waiting() == [TEND_SECONDS]


def test_nothing_is_closed_during_the_grace(slow, plan):
    old = instance()
    slow.add("crew", "first", old)
    plan.run()
    assert not old.is_closed
    assert slow.find("crew", "first") is old
    assert plan.waiting() == [TEND_SECONDS]


def test_one_call_is_planned_for_all_instances(slow, plan):
    for number in range(MAX_OPEN):
        slow.add("crew", number, instance())
    slow.add("staff", "first", instance())
    assert plan.waiting() == [TEND_SECONDS]


def test_the_oldest_of_too_many_idle_instances_is_closed_at_once(slow, plan):
    old = [instance() for _ in range(MAX_OPEN + 1)]
    for number, one in enumerate(old):
        slow.add("crew", number, one)
    assert plan.waiting() == [0.0]
    plan.run()
    wait_until(lambda: old[0].is_closed)
    assert [slow.find("crew", number) for number in range(MAX_OPEN + 1)] == [None, *old[1:]]


def test_a_busy_instance_is_closed_only_after_the_longer_grace(quick, plan, ended):
    busy = instance(is_busy=True)
    quick.add("crew", "first", busy)
    assert quick.is_busy("crew")
    assert not quick.is_busy("staff")
    plan.run()
    assert not busy.is_closed
    impatient = Retirement(plan, ended.append, LONG_TIMEOUT, 0.0)
    hung = instance(is_busy=True)
    impatient.add("crew", "first", hung)
    plan.run()
    wait_until(lambda: hung.is_closed)


def test_a_closed_instance_that_still_hangs_has_not_ended(plan, ended):
    retirement = Retirement(plan, ended.append, LONG_TIMEOUT, 0.0)
    hung = instance(is_busy=True)
    retirement.add("crew", "first", hung)
    plan.run()
    wait_until(lambda: hung.is_closed)
    plan.run()
    assert ended == []
    assert retirement.is_busy("crew")
    hung.is_busy = False
    plan.run()
    assert ended == ["crew"]
    assert not retirement.is_busy("crew")


def test_a_source_with_another_instance_is_looked_at_again_later(quick, plan):
    old = instance()
    quick.add("crew", "first", old)
    quick.add("crew", "second", instance(is_busy=True))
    plan.run()
    wait_until(lambda: old.is_closed)
    plan.run()
    assert plan.waiting() == [TEND_SECONDS]


def test_one_thread_closes_the_instances_of_a_source(quick, plan, ended):
    hanging, next_one, other = Instance(), instance(), instance(name="staff")
    quick.add("crew", "first", hanging)
    quick.add("crew", "second", next_one)
    quick.add("staff", "first", other)
    plan.run()
    wait_until(lambda: other.is_closed)
    wait_until(lambda: 0.0 in plan.waiting())
    plan.run()
    assert ended == ["staff"]
    assert not next_one.is_closed
    hanging.gate.set()
    wait_until(lambda: next_one.is_closed)
    wait_until(lambda: 0.0 in plan.waiting())
    plan.run()
    assert ended == ["staff", "crew"]


def test_a_source_with_too_many_hanging_instances_is_full(slow):
    for number in range(MAX_BUSY - 1):
        slow.add("crew", number, instance(is_busy=True))
    slow.add("crew", "idle", instance())
    assert not slow.is_full("crew")
    slow.add("crew", "one more", instance(is_busy=True))
    assert slow.is_full("crew")
    assert not slow.is_full("staff")


def test_a_source_with_too_many_waiting_instances_is_full(slow):
    for number in range(MAX_RETIRED - 1):
        slow.add("crew", number, instance())
    assert not slow.is_full("crew")
    slow.add("crew", "one more", instance())
    assert slow.is_full("crew")


def test_stopping_ends_what_is_not_being_closed(quick, plan):
    hanging, waiting = Instance("stopped"), instance(is_busy=True)
    quick.add("crew", "first", hanging)
    quick.add("staff", "first", waiting)
    plan.run()
    assert quick.stop() == [waiting]
    assert waiting.done == ["retired", "stopped"]
    assert "stopped" not in hanging.done
    assert quick.stop() == []
    hanging.gate.set()
    wait_until(lambda: hanging.is_closed)
    wait_until(lambda: not threads_named("close stopped"))


def test_an_error_of_a_backend_that_is_closed_is_logged(caplog):
    close_logging_errors(instance(error=RuntimeError("bug")))
    close_logging_errors(instance())
    assert [record.getMessage() for record in caplog.records] == [
        "Source 'crew': closing its backend failed: RuntimeError: bug"
    ]
