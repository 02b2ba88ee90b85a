"""The Prometheus metrics; the only module that imports prometheus_client.

Counting takes a few microseconds and never blocks. Several workers count into files of one shared folder, so
that each of them can report the metrics of all.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client import values as prometheus_values
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = ["CONTENT_TYPE_LATEST", "CountOutcome", "Prometheus", "SourceState"]

DURATION_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram buckets, in seconds."""

SOURCE_LABELS = ("tenant", "source", "backend")
STATUSES = ("ok", "late", "failed", "refused", "skipped")
SKIPPED = "skipped"
"""The status of a question that was not sent to its source."""

CountOutcome = Callable[[str, float], None]
"""Counts one outcome of one source: its status, and the seconds that the caller waited for it."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of one source; `entries` and `age` (seconds) are None for a source without an index."""

    tenant_uuid: str
    name: str
    backend: str
    breaker_is_open: bool
    entries: int | None
    age: float | None


class Prometheus:
    """All metrics of this process, or of all workers if they share a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """Create the metrics in memory, or in files of `folder` that all workers share; see `for_worker`."""
        self.is_shared = folder is not None
        self._registry = CollectorRegistry()
        metric_registry = None if self.is_shared else self._registry
        self._request_seconds = Histogram(
            "dird_request_seconds",
            "Seconds until requests were answered, by endpoint (such as lookup and reverse) and status.",
            ("endpoint", "status"),
            registry=metric_registry,
            buckets=DURATION_BUCKETS,
        )
        self._answer_seconds = Histogram(
            "dird_source_answer_seconds",
            "Seconds that a caller waited for a source, not counting skipped questions.",
            SOURCE_LABELS,
            registry=metric_registry,
            buckets=DURATION_BUCKETS,
        )
        self._outcomes = Counter(
            "dird_source_outcomes",
            "Outcomes of the questions to a source by status: ok, late, failed, refused, skipped.",
            (*SOURCE_LABELS, "status"),
            registry=metric_registry,
        )
        self._breaker_open = Gauge(
            "dird_source_breaker_open",
            "1 while a source is skipped after repeated failures, in any worker.",
            SOURCE_LABELS,
            registry=metric_registry,
            multiprocess_mode="livemax",
        )
        self._snapshot_entries = Gauge(
            "dird_source_snapshot_entries",
            "Entries in the search index of a source.",
            SOURCE_LABELS,
            registry=metric_registry,
            multiprocess_mode="livemax",
        )
        self._snapshot_ages = Gauge(
            "dird_source_snapshot_age_seconds",
            "Seconds since the search index of a source was built.",
            SOURCE_LABELS,
            registry=metric_registry,
            multiprocess_mode="livemax",
        )
        self._store_up = Gauge(
            "dird_store_up",
            "1 while the database answers every worker.",
            registry=metric_registry,
            multiprocess_mode="livemin",
        )
        self._outbox_events = Gauge(
            "dird_outbox_events",
            "Events that have not been sent to the broker yet.",
            registry=metric_registry,
            multiprocess_mode="livemostrecent",
        )
        self._bus_up = Gauge(
            "dird_bus_up",
            "1 while this direction of the bus works in every worker: publisher, consumer.",
            ("direction",),
            registry=metric_registry,
            multiprocess_mode="livemin",
        )
        if folder is not None:
            MultiProcessCollector(self._registry, str(folder))

    @classmethod
    def for_worker(cls, number: int, folder: Path) -> "Prometheus":
        """Create the metrics of worker `number`; call it once per process.

        A worker that replaces another one continues with its counts.
        """
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        prometheus_values.ValueClass = prometheus_values.MultiProcessValue(lambda: number)
        return cls(folder)

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answered request that took `seconds`."""
        self._request_seconds.labels(endpoint, str(status)).observe(seconds)

    def outcome_counter(self, tenant_uuid: str, name: str, backend: str) -> CountOutcome:
        """Return the function that counts the outcomes of a source."""
        labels = (tenant_uuid, name, backend)
        seconds_waited = self._answer_seconds.labels(*labels)
        outcomes = {status: self._outcomes.labels(*labels, status) for status in STATUSES}

        def count(status: str, seconds: float) -> None:
            outcomes[status].inc()
            if status != SKIPPED:
                seconds_waited.observe(seconds)

        return count

    def set_store_up(self, *, is_up: bool) -> None:
        """Record whether the database answers."""
        self._store_up.set(is_up)

    def set_outbox_size(self, waiting: int) -> None:
        """Record how many events have not been sent to the broker yet."""
        self._outbox_events.set(waiting)

    def set_bus_up(self, direction: str, *, is_up: bool) -> None:
        """Record whether a direction of the bus works."""
        self._bus_up.labels(direction).set(is_up)

    def set_sources(self, states: Iterable[SourceState]) -> None:
        """Record the current state of all sources.

        Removed sources stay in the files that workers share until the daemon stops.
        """
        if not self.is_shared:
            for gauge in (self._breaker_open, self._snapshot_entries, self._snapshot_ages):
                gauge.clear()
        for state in states:
            labels = (state.tenant_uuid, state.name, state.backend)
            self._breaker_open.labels(*labels).set(state.breaker_is_open)
            if state.entries is not None:
                self._snapshot_entries.labels(*labels).set(state.entries)
            if state.age is not None:
                self._snapshot_ages.labels(*labels).set(state.age)

    def text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)
