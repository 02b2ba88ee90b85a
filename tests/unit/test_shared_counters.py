"""Counters that worker processes share."""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from waiting import TIMEOUT
from xivo_dird.shared_counters import DEBUG, KEY_COUNTERS, REVISION, SharedCounters

PROCESSES = multiprocessing.get_context("fork")
KEYS = [f"user {number}".encode() for number in range(20)]


def in_processes(works: Sequence[Callable[[], None]]) -> None:
    """Run each function in a forked process, all at the same time, and check that none fails."""
    processes = [PROCESSES.Process(target=work) for work in works]
    for process in processes:
        process.start()
    for process in processes:
        process.join(TIMEOUT)
    assert [process.exitcode for process in processes] == [0] * len(works)


def test_all_counters_start_at_0() -> None:
    counters = SharedCounters(3)
    assert (counters.latest(REVISION), counters.latest(DEBUG)) == (0, 0)
    assert {counters.state_of(key) for key in KEYS} == {bytes(24)}


def test_a_value_published_by_another_process_is_known_at_once() -> None:
    counters = SharedCounters(2)

    def publish() -> None:
        counters.use_slot(1)
        counters.publish(REVISION, 7)

    counters.publish(REVISION, 5)
    in_processes([publish])
    assert (counters.latest(REVISION), counters.latest(DEBUG)) == (7, 0)


def test_a_lower_value_changes_nothing() -> None:
    counters = SharedCounters()
    counters.publish(REVISION, 5)
    counters.publish(REVISION, 4)
    assert counters.latest(REVISION) == 5


def test_the_highest_value_of_any_process_is_the_latest() -> None:
    counters = SharedCounters(3)
    for slot, value in enumerate((2, 9, 4)):
        counters.use_slot(slot)
        counters.publish(DEBUG, value)
    assert counters.latest(DEBUG) == 9


@pytest.mark.parametrize("key", [b"", b"a", "Zoë".encode(), b"\x00", b"x" * 10_000])
def test_every_change_of_a_key_gives_a_state_that_was_never_seen(key: bytes) -> None:
    counters = SharedCounters(2)
    seen = {counters.state_of(key)}
    for number in range(10):
        counters.use_slot(number % 2)
        counters.increment_for(key)
        assert counters.state_of(key) not in seen
        seen.add(counters.state_of(key))


def test_a_change_of_one_key_leaves_nearly_all_others() -> None:
    counters = SharedCounters()
    keys = [f"user {number}".encode() for number in range(KEY_COUNTERS)]
    before = [counters.state_of(key) for key in keys]
    counters.increment_for(keys[0])
    changed = sum(counters.state_of(key) != state for key, state in zip(keys, before, strict=True))
    assert 1 <= changed < 10


def test_no_increment_of_any_thread_of_any_process_is_lost() -> None:
    counters = SharedCounters(3)

    def count_in_thread() -> None:
        for _ in range(500):
            counters.increment_for(b"k")

    def count(slot: int) -> None:
        counters.use_slot(slot)
        threads = [threading.Thread(target=count_in_thread) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    in_processes([partial(count, slot) for slot in range(3)])
    counted = memoryview(counters.state_of(b"k")).cast("Q").tolist()
    assert counted == [2000, 2000, 2000]


def test_a_process_that_replaces_another_one_continues_its_slot() -> None:
    counters = SharedCounters(2)

    def count() -> None:
        counters.use_slot(1)
        counters.increment_for(b"k")

    in_processes([count])
    in_processes([count])
    assert memoryview(counters.state_of(b"k")).cast("Q").tolist() == [0, 2]
