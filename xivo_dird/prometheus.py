"""The Prometheus metrics; only this module and its files import prometheus_client.

Counting takes a few microseconds, never blocks and never fails. Several workers count into files of one shared folder,
so that each of them can report the metrics of all. If the folder is removed, it is created again within a second, and
the counters start at zero.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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

from xivo_dird.prometheus_files import SharedFiles

__all__ = ["CONTENT_TYPE_LATEST", "CountOutcome", "Prometheus", "SourceState"]

logger = logging.getLogger(__name__)

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


_LOST_FILE = (OSError, ValueError)
"""Errors of files that were removed or can't be written; mmap raises a ValueError for a closed one."""


class Prometheus:
    """All metrics of this process, or of all workers if they share a folder."""

    def __init__(self, files: SharedFiles | None = None) -> None:
        """Create the metrics in memory, or in files that all workers share; see `for_worker`."""
        self._files = files
        self.is_shared = files is not None
        self._has_failed = False
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
        if files is not None:
            MultiProcessCollector(self._registry, str(files.folder))

    @classmethod
    def for_worker(cls, number: int, folder: Path) -> "Prometheus":
        """Create the metrics of worker `number`; call it once per process.

        A worker that replaces another one continues with its counts. If the folder can't be used, the metrics are only
        those of this worker.
        """
        try:
            return cls(SharedFiles(number, folder))
        except _LOST_FILE as error:
            logger.warning("Each worker has metrics of its own: %s", error)
            prometheus_values.ValueClass = prometheus_values.MutexValue
            return cls()

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answered request that took `seconds`."""
        try:
            self._request_seconds.labels(endpoint, str(status)).observe(seconds)
        except _LOST_FILE as error:
            self._log_failure(error)

    def outcome_counter(self, tenant_uuid: str, name: str, backend: str) -> CountOutcome:
        """Return the function that counts the outcomes of a source."""
        labels = (tenant_uuid, name, backend)
        outcomes: dict[str, Counter] = {}
        answer_seconds: list[Histogram] = []

        def create() -> None:
            outcomes.update((status, self._outcomes.labels(*labels, status)) for status in STATUSES)
            answer_seconds.append(self._answer_seconds.labels(*labels))

        def count(status: str, seconds: float) -> None:
            try:
                if not answer_seconds:
                    create()
                outcomes[status].inc()
                if status != SKIPPED:
                    answer_seconds[0].observe(seconds)
            except _LOST_FILE as error:
                self._log_failure(error)

        with self._tolerating_lost_files():
            create()
        return count

    def restore(self) -> None:
        """Create the files of the workers again if they were removed."""
        if self._files is not None:
            with self._tolerating_lost_files():
                self._files.restore()

    def set_store_up(self, *, is_up: bool) -> None:
        """Record whether the database answers."""
        with self._tolerating_lost_files():
            self._store_up.set(is_up)

    def set_outbox_size(self, waiting: int) -> None:
        """Record how many events have not been sent to the broker yet."""
        with self._tolerating_lost_files():
            self._outbox_events.set(waiting)

    def set_bus_up(self, direction: str, *, is_up: bool) -> None:
        """Record whether a direction of the bus works."""
        with self._tolerating_lost_files():
            self._bus_up.labels(direction).set(is_up)

    def set_sources(self, states: Iterable[SourceState]) -> None:
        """Record the current state of all sources.

        Removed sources stay in the files that workers share until the daemon stops.
        """
        if not self.is_shared:
            for gauge in (self._breaker_open, self._snapshot_entries, self._snapshot_ages):
                gauge.clear()
        for state in states:
            with self._tolerating_lost_files():
                self._set_source(state)

    def text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        try:
            return generate_latest(self._registry)
        except OSError:  # the folder is being removed
            self.restore()
            return generate_latest(self._registry)

    def _set_source(self, state: SourceState) -> None:
        labels = (state.tenant_uuid, state.name, state.backend)
        self._breaker_open.labels(*labels).set(state.breaker_is_open)
        if state.entries is not None:
            self._snapshot_entries.labels(*labels).set(state.entries)
        if state.age is not None:
            self._snapshot_ages.labels(*labels).set(state.age)

    @contextmanager
    def _tolerating_lost_files(self) -> Iterator[None]:
        """Log errors of lost files instead of raising them: metrics must not cost an answer."""
        try:
            yield
        except _LOST_FILE as error:
            self._log_failure(error)

    def _log_failure(self, error: Exception) -> None:
        """Log the first failure; `restore` creates the files again."""
        if not self._has_failed:
            logger.warning("The metrics are incomplete: %s", error)
        self._has_failed = True
