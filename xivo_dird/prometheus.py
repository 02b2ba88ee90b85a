"""What is counted and measured, as Prometheus reads it; the only file that knows prometheus_client.

A count is a few microseconds and waits for nothing. Several workers count into files of one folder, so that whichever
is asked tells of all.
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

__all__ = ["CONTENT_TYPE_LATEST", "Count", "Prometheus", "SourceState"]

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SOURCE = ("tenant", "source", "backend")
STATUSES = ("ok", "late", "failed", "refused", "skipped")
UNASKED = "skipped"

Count = Callable[[str, float], None]
"""Counts one outcome of one source: its status, and the seconds that its asker waited."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source as it is now; `entries` and `age` (seconds) are None for a source without an index."""

    tenant_uuid: str
    name: str
    backend: str
    breaker_is_open: bool
    entries: int | None
    age: float | None


class Prometheus:
    """All metrics of this process, or with `shared` of all workers."""

    def __init__(self, shared: Path | None = None) -> None:
        """Count in memory, or into files of the folder `shared`; see `of_worker`."""
        self.is_shared = shared is not None
        self._registry = CollectorRegistry()
        own = None if self.is_shared else self._registry
        self._requests = Histogram(
            "dird_request_seconds",
            "Answers to requests by endpoint (such as lookup and reverse) and status, and how long they took.",
            ("endpoint", "status"),
            registry=own,
            buckets=SECONDS,
        )
        self._answers = Histogram(
            "dird_source_answer_seconds",
            "How long the asker of a source waited for it, skipped questions left out.",
            SOURCE,
            registry=own,
            buckets=SECONDS,
        )
        self._outcomes = Counter(
            "dird_source_outcomes",
            "What became of the questions to a source: ok, late, failed, refused, skipped.",
            (*SOURCE, "status"),
            registry=own,
        )
        self._breakers = Gauge(
            "dird_source_breaker_open",
            "1 while a source is skipped after repeated failures, in any worker.",
            SOURCE,
            registry=own,
            multiprocess_mode="livemax",
        )
        self._entries = Gauge(
            "dird_source_snapshot_entries",
            "Entries in the search index of a source.",
            SOURCE,
            registry=own,
            multiprocess_mode="livemax",
        )
        self._ages = Gauge(
            "dird_source_snapshot_age_seconds",
            "Since when the search index of a source is what it is.",
            SOURCE,
            registry=own,
            multiprocess_mode="livemax",
        )
        self._store = Gauge(
            "dird_store_up",
            "1 while the database answers every worker.",
            registry=own,
            multiprocess_mode="livemin",
        )
        self._waiting = Gauge(
            "dird_outbox_events",
            "Events that the broker has not got yet.",
            registry=own,
            multiprocess_mode="livemostrecent",
        )
        self._bus = Gauge(
            "dird_bus_up",
            "1 while this direction of the bus works in every worker: publisher, consumer.",
            ("direction",),
            registry=own,
            multiprocess_mode="livemin",
        )
        if shared is not None:
            MultiProcessCollector(self._registry, str(shared))

    @classmethod
    def of_worker(cls, number: int, folder: Path) -> "Prometheus":
        """Make those of the worker `number`, once in its process. One that follows it goes on with its counts."""
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        prometheus_values.ValueClass = prometheus_values.MultiProcessValue(lambda: number)
        return cls(folder)

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(endpoint, str(status)).observe(seconds)

    def source(self, tenant_uuid: str, name: str, backend: str) -> Count:
        """Answer what counts the outcomes of this source."""
        labels = (tenant_uuid, name, backend)
        waited = self._answers.labels(*labels)
        outcomes = {status: self._outcomes.labels(*labels, status) for status in STATUSES}

        def count(status: str, seconds: float) -> None:
            outcomes[status].inc()
            if status != UNASKED:
                waited.observe(seconds)

        return count

    def show_store(self, *, is_up: bool) -> None:
        """Keep whether the database answers."""
        self._store.set(is_up)

    def show_outbox(self, waiting: int) -> None:
        """Keep how many events wait for the broker."""
        self._waiting.set(waiting)

    def show_bus(self, direction: str, *, is_up: bool) -> None:
        """Keep whether a direction of the bus works."""
        self._bus.labels(direction).set(is_up)

    def show_sources(self, states: Iterable[SourceState]) -> None:
        """Keep how the sources are now. Files shared by workers keep those that have gone until the daemon stops."""
        if not self.is_shared:
            for gauge in (self._breakers, self._entries, self._ages):
                gauge.clear()
        for state in states:
            labels = (state.tenant_uuid, state.name, state.backend)
            self._breakers.labels(*labels).set(state.breaker_is_open)
            if state.entries is not None:
                self._entries.labels(*labels).set(state.entries)
            if state.age is not None:
                self._ages.labels(*labels).set(state.age)

    def text(self) -> bytes:
        """Write all of it in the format of Prometheus."""
        return generate_latest(self._registry)
