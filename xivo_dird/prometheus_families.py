"""The metrics that Prometheus shows, and how those of several processes are combined."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from xivo_dird.metric_memory import Entry, Key, MetricMemory

DURATION_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram buckets, in seconds."""

HISTOGRAM_VALUES = len(DURATION_BUCKETS) + 2
"""The values of a histogram: the number of observations in each bucket and above all of them, then their sum."""

_BOUNDS = [*map(str, DURATION_BUCKETS), "+Inf"]

GAUGE_VALUES = 2
"""The values of a gauge: its value, and when it was set (`time.monotonic`)."""

SOURCE_LABELS = ("tenant", "source", "backend")

ALIVE_SECONDS = 10.0
"""Seconds after which the state that a process reported is not shown any more; what it counted still is."""


class GaugeValue(NamedTuple):
    """A value that one process has set, and when."""

    value: float
    set_at: float


def _latest(values: Iterable[GaugeValue]) -> GaugeValue:
    return max(values, key=attrgetter("set_at"))


class Family(NamedTuple):
    """A metric: its name, its description, its labels, and for a gauge whose value counts of those of all processes."""

    name: str
    description: str
    labels: tuple[str, ...] = ()
    combine: Callable[[Iterable[GaugeValue]], GaugeValue] = max


REQUEST_SECONDS = Family(
    "dird_request_seconds",
    "Seconds until requests were answered, by endpoint (such as lookup and reverse) and status.",
    ("endpoint", "status"),
)
ANSWER_SECONDS = Family(
    "dird_source_answer_seconds",
    "Seconds that a caller waited for a source, not counting skipped questions.",
    SOURCE_LABELS,
)
OUTCOMES = Family(
    "dird_source_outcomes",
    "Outcomes of the questions to a source by status: ok, late, failed, refused, skipped.",
    (*SOURCE_LABELS, "status"),
)
DEAD_LETTERS = Family(
    "dird_bus_dead_letters",
    "Events that the broker refused (publisher) and messages that could not be handled (consumer).",
    ("direction",),
)
AGI_CALLS = Family(
    "dird_agi_calls",
    "FastAGI connections by outcome: found, notfound, timeout, error, hangup, invalid, denied, busy.",
    ("outcome",),
)
LDAP_OPERATIONS = Family(
    "dird_ldap_operations",
    "Operations of LDAP clients by kind (bind, search, ...) and result code (success, size_limit_exceeded, ...).",
    ("operation", "result"),
)
BREAKER_OPEN = Family(
    "dird_source_breaker_open",
    "1 while a source is skipped after repeated failures, in any worker.",
    SOURCE_LABELS,
)
SNAPSHOT_ENTRIES = Family(
    "dird_source_snapshot_entries", "Entries in the search index of a source.", SOURCE_LABELS
)
SNAPSHOT_AGES = Family(
    "dird_source_snapshot_age_seconds", "Seconds since the search index of a source was built.", SOURCE_LABELS
)
INDEX_BYTES = Family("dird_index_bytes", "Bytes of all search indexes on the disk.", (), _latest)
STORE_UP = Family("dird_store_up", "1 while the database answers every worker.", (), min)
OUTBOX_EVENTS = Family("dird_outbox_events", "Events that have not been sent to the broker yet.", (), _latest)
BUS_UP = Family(
    "dird_bus_up",
    "1 while this direction of the bus works in every worker: publisher, consumer.",
    ("direction",),
    min,
)

HISTOGRAMS = (REQUEST_SECONDS, ANSWER_SECONDS)
COUNTERS = (OUTCOMES, DEAD_LETTERS, AGI_CALLS, LDAP_OPERATIONS)
SOURCE_GAUGES = (BREAKER_OPEN, SNAPSHOT_ENTRIES, SNAPSHOT_AGES)
GAUGES = (*SOURCE_GAUGES, INDEX_BYTES, STORE_UP, OUTBOX_EVENTS, BUS_UP)
GAUGE_NAMES = {family.name for family in GAUGES}


class MergedMetrics(Collector):
    """Combines what all processes have counted."""

    def __init__(self, memory: MetricMemory) -> None:
        self._memory = memory

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        by_name: dict[str, dict[Key, list[Entry]]] = {}
        for entry in self._memory.entries():
            name, *labels = entry.key
            by_name.setdefault(name, {}).setdefault(tuple(labels), []).append(entry)
        for family in HISTOGRAMS:
            yield _histogram(family, by_name.get(family.name, {}))
        for family in COUNTERS:
            yield _counter(family, by_name.get(family.name, {}))
        for family in GAUGES:
            yield _gauge(family, by_name.get(family.name, {}))


def _sums(entries: Sequence[Entry]) -> list[float]:
    return [sum(values) for values in zip(*(entry.values for entry in entries), strict=True)]


def _histogram(family: Family, found: Mapping[Key, Sequence[Entry]]) -> Metric:
    metric = HistogramMetricFamily(family.name, family.description, labels=family.labels)
    for labels, entries in found.items():
        *buckets, total = _sums(entries)
        metric.add_metric(labels, list(zip(_BOUNDS, accumulate(buckets), strict=True)), total)
    return metric


def _counter(family: Family, found: Mapping[Key, Sequence[Entry]]) -> Metric:
    metric = CounterMetricFamily(family.name, family.description, labels=family.labels)
    for labels, entries in found.items():
        metric.add_metric(labels, _sums(entries)[0])
    return metric


def _gauge(family: Family, found: Mapping[Key, Sequence[Entry]]) -> Metric:
    """Return a gauge without the values of processes that have ended."""
    metric = GaugeMetricFamily(family.name, family.description, labels=family.labels)
    oldest = time.monotonic() - ALIVE_SECONDS
    for labels, entries in found.items():
        alive = [GaugeValue(*entry.values) for entry in entries if entry.alive_at > oldest]
        if alive:
            metric.add_metric(labels, family.combine(alive).value)
    return metric
