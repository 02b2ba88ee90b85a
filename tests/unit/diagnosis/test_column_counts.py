"""Columns are counted in the running daemon only as far as that is quick."""

import threading
import time

import pytest

from xivo_dird.caller import Caller
from xivo_dird.diagnosis.column_counts import MAX_COUNT_SECONDS, MAX_COUNTED_ENTRIES, ColumnCounts
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.index.state import SnapshotState
from xivo_dird.sources.model import Source

CALLER = Caller("token", "tenant")


class CountedSource:
    """A source with a number of entries; while its gate is closed, it hangs."""

    def __init__(self, entries, error=None):
        self.entries = entries
        self.error = error
        self.gate = threading.Event()
        self.gate.set()
        self.deadlines = []

    def report(self):
        snapshot = None if self.entries is None else SnapshotState("1", self.entries, 0.0, 0.0, None)
        return SourceReport("name", "csv", "ok", None, None, None, {}, "closed", snapshot)

    def columns(self, caller, deadline):
        assert caller is CALLER
        self.deadlines.append(deadline)
        self.gate.wait()
        if self.error is not None:
            raise self.error
        return {"name": self.entries}


class CountedSources:
    """Such sources, by uuid."""

    def __init__(self, **sources):
        self.sources = sources
        self.counts = ColumnCounts(lambda source: self.sources[source.uuid])

    def count(self):
        return self.counts.count(CALLER, [Source(uuid, "tenant", uuid, "csv", {}) for uuid in self.sources])


@pytest.fixture
def registry():
    opened = []

    def open_(**sources):
        opened.append(CountedSources(**sources))
        return opened[-1]

    yield open_
    for registry in opened:
        for source in registry.sources.values():
            source.gate.set()
        registry.counts.close()


def test_columns_of_small_indexes_are_counted_in_the_order_of_the_sources(registry):
    found = registry(a=CountedSource(1), b=CountedSource(MAX_COUNTED_ENTRIES)).count()
    assert found == [{"name": 1}, {"name": MAX_COUNTED_ENTRIES}]


@pytest.mark.parametrize("entries", [None, 0, MAX_COUNTED_ENTRIES + 1])
def test_a_source_without_an_index_or_with_a_large_one_is_not_asked(registry, entries):
    source = CountedSource(entries)
    assert registry(a=source).count() == [None]
    assert source.deadlines == []


def test_an_index_that_cannot_be_read_costs_its_own_columns_only(registry):
    broken = CountedSource(1, SourceUnavailable("gone"))
    assert registry(a=broken, b=CountedSource(1)).count() == [None, {"name": 1}]


def test_a_source_that_hangs_is_not_waited_for_longer_than_all_may_take(registry):
    hung = [CountedSource(1) for _ in range(5)]
    sources = registry(**{f"hung{number}": source for number, source in enumerate(hung)})
    for source in hung:
        source.gate.clear()
    started_at = time.monotonic()
    assert sources.count() == [None] * len(hung)
    assert time.monotonic() - started_at < 10 * MAX_COUNT_SECONDS
    assert sources.count() == [None] * len(hung), "all threads hang: nobody waits for them"


def test_after_the_end_nothing_is_counted(registry):
    sources = registry(a=CountedSource(1))
    sources.counts.close()
    assert sources.count() == [None]
