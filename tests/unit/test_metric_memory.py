"""The memory in which processes count."""

import os

import pytest

from xivo_dird.metric_memory import MetricMemory


def add(memory, key, *amounts):
    """Add the amounts to the values of a key."""
    with memory.lock:
        values = memory.values(key, len(amounts))
        for position, amount in enumerate(amounts):
            values.add(position, amount)


def remove(memory, key):
    with memory.lock:
        memory.remove(key)


def stored(memory):
    return {entry.key: list(entry.values) for entry in memory.entries()}


def test_values_are_counted_under_their_keys():
    memory = MetricMemory()
    for _ in range(3):
        add(memory, ("a", "crew"), 1.0)
        add(memory, ("b", "Zoë", ""), 0.5, 2.0)
    assert stored(memory) == {("a", "crew"): [3.0], ("b", "Zoë", ""): [1.5, 6.0]}


def test_a_removed_key_is_gone_and_starts_at_zero_again():
    memory = MetricMemory()
    for name in "abc":
        add(memory, (name,), 1.0)
    for name in "ab":
        remove(memory, (name,))
    remove(memory, ("unknown",))
    assert stored(memory) == {("c",): [1.0]}
    add(memory, ("a",), 1.0)
    assert stored(memory) == {("c",): [1.0], ("a",): [1.0]}


def test_values_that_are_kept_go_on_counting_after_others_were_removed():
    memory = MetricMemory()
    with memory.lock:
        kept = memory.values(("kept",))
    for number in range(1000):
        add(memory, (f"removed-{number}",), 1.0)
        with memory.lock:
            kept.add(0, 1.0)
            memory.remove((f"removed-{number}",))
    assert stored(memory) == {("kept",): [1000.0]}


def test_any_number_of_keys_that_come_and_go_fits():
    memory = MetricMemory(area_bytes=4096)
    for number in range(5000):
        add(memory, (f"source-{number}",), 1.0)
        if number >= 10:
            remove(memory, (f"source-{number - 10}",))
    assert len(stored(memory)) == 10


def test_what_does_not_fit_is_left_out_until_there_is_room(caplog):
    memory = MetricMemory(area_bytes=256)
    for number in range(100):
        add(memory, (f"source-{number}",), 1.0)
    before = stored(memory)
    assert 1 < len(before) < 100
    assert caplog.text.count("too many metrics") == 1
    for key in before:
        remove(memory, key)
    after = stored(memory)
    assert after
    assert not after.keys() & before.keys()


def in_child(work):
    """Run `work` in a forked process and return its exit status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_processes_see_what_all_count_and_a_replacement_goes_on():
    memory = MetricMemory(slots=3)

    def count(slot):
        memory.use_slot(slot)
        add(memory, ("a", "crew"), 1.0)
        add(memory, (f"of {slot}",), 2.0)
        assert len(stored(memory)) >= 2

    assert [in_child(lambda slot=slot: count(slot)) for slot in (1, 2, 2)] == [0, 0, 0]
    counted = sorted((entry.key, list(entry.values)) for entry in memory.entries())
    assert counted == [
        (("a", "crew"), [1.0]),
        (("a", "crew"), [2.0]),
        (("of 1",), [2.0]),
        (("of 2",), [4.0]),
    ]
