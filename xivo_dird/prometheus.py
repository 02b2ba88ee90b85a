"""The Prometheus metrics; only this module and its families import prometheus_client.

Counting takes a few microseconds, never blocks and never fails. Worker processes count in memory that they share
(`metric_memory`), so that each of them can report the metrics of all.
"""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from xivo_dird.metric_memory import Key, MetricMemory, Values
from xivo_dird.prometheus_families import (
    AGI_CALLS,
    ANSWER_SECONDS,
    BREAKER_OPEN,
    BUS_UP,
    DEAD_LETTERS,
    DURATION_BUCKETS,
    GAUGE_NAMES,
    GAUGE_VALUES,
    HISTOGRAM_VALUES,
    INDEX_BYTES,
    LDAP_OPERATIONS,
    OUTBOX_EVENTS,
    OUTCOMES,
    REQUEST_SECONDS,
    SNAPSHOT_AGES,
    SNAPSHOT_ENTRIES,
    SOURCE_GAUGES,
    STORE_UP,
    Family,
    MergedMetrics,
)

__all__ = ["CONTENT_TYPE_LATEST", "OutcomeCounter", "Prometheus", "SourceState"]

STATUSES = ("ok", "late", "failed", "refused", "skipped")
SKIPPED = "skipped"
"""The status of a question that was not sent to its source."""


class OutcomeCounter(Protocol):
    """Counts the outcomes of one source."""

    def __call__(self, status: str, seconds: float) -> None:
        """Count one outcome, and the seconds that the caller waited for it."""

    def close(self) -> None:
        """Forget the source, unless another counter has the same labels."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of one source; `entries` and `age` (seconds) are None for a source without an index."""

    tenant_uuid: str
    name: str
    backend: str
    breaker_is_open: bool
    entries: int | None
    age: float | None

    def gauges(self) -> Mapping[Family, float | None]:
        """Return the values of the gauges."""
        return {
            BREAKER_OPEN: float(self.breaker_is_open),
            SNAPSHOT_ENTRIES: self.entries,
            SNAPSHOT_AGES: self.age,
        }


class Prometheus:
    """All metrics of the processes that share the memory."""

    def __init__(self, memory: MetricMemory | None = None) -> None:
        """Create the metrics; without `memory`, those of this process alone."""
        self._memory = memory or MetricMemory()
        self._users: Counter[Key] = Counter()
        self._registry = CollectorRegistry()
        self._registry.register(MergedMetrics(self._memory))
        with self._memory.lock:
            for key in self._memory.own_keys():  # of the process that this one replaces
                if key[0] in GAUGE_NAMES:
                    self._memory.remove(key)

    @property
    def is_shared(self) -> bool:
        """Return whether other processes show the metrics of this one."""
        return self._memory.is_shared

    def set_alive(self) -> None:
        """Record that this process is alive, so that its state is shown."""
        self._memory.set_alive()

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answered request that took `seconds`."""
        key = (REQUEST_SECONDS.name, endpoint, str(status))
        with self._memory.lock:
            _observe(self._memory.values(key, HISTOGRAM_VALUES), seconds)

    def count_agi_call(self, outcome: str) -> None:
        """Count a FastAGI connection that has ended."""
        with self._memory.lock:
            self._memory.values((AGI_CALLS.name, outcome)).add(0, 1.0)

    def count_ldap_operation(self, operation: str, result: str) -> None:
        """Count an operation of an LDAP client that has ended."""
        with self._memory.lock:
            self._memory.values((LDAP_OPERATIONS.name, operation, result)).add(0, 1.0)

    def outcome_counter(self, tenant_uuid: str, name: str, backend: str) -> OutcomeCounter:
        """Return what counts the outcomes of a source."""
        return _SourceCounter(self._memory, self._users, (tenant_uuid, name, backend))

    def set_index_bytes(self, count: int) -> None:
        """Record the size of all search indexes."""
        self._set_gauges({(INDEX_BYTES.name,): float(count)})

    def set_store_up(self, *, is_up: bool) -> None:
        """Record whether the database answers."""
        self._set_gauges({(STORE_UP.name,): float(is_up)})

    def set_outbox_size(self, waiting: int) -> None:
        """Record how many events have not been sent to the broker yet."""
        self._set_gauges({(OUTBOX_EVENTS.name,): float(waiting)})

    def count_dead_letter(self, direction: str) -> None:
        """Count an event that could not be sent (`publisher`) or a message that could not be handled (`consumer`)."""
        self._count_dead_letters(direction, 1)

    def set_bus_up(self, direction: str, *, is_up: bool) -> None:
        """Record whether a direction of the bus works."""
        self._set_gauges({(BUS_UP.name, direction): float(is_up)})
        self._count_dead_letters(direction, 0)  # so that the first one is an increase

    def set_sources(self, states: Iterable[SourceState]) -> None:
        """Record the current state of all sources; those that are not among them are forgotten."""
        gauges: dict[Key, float] = {
            (family.name, state.tenant_uuid, state.name, state.backend): float(value)
            for state in states
            for family, value in state.gauges().items()
            if value is not None
        }
        self._set_gauges(gauges)
        names = {family.name for family in SOURCE_GAUGES}
        with self._memory.lock:
            for key in self._memory.own_keys():
                if key[0] in names and key not in gauges:
                    self._memory.remove(key)

    def text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)

    def _count_dead_letters(self, direction: str, count: int) -> None:
        with self._memory.lock:
            self._memory.values((DEAD_LETTERS.name, direction)).add(0, count)

    def _set_gauges(self, gauges: Mapping[Key, float]) -> None:
        now = time.monotonic()
        with self._memory.lock:
            for key, value in gauges.items():
                self._memory.values(key, GAUGE_VALUES).set(value, now)


class _SourceCounter:
    """Counts the outcomes of one source. An edited source has two for a while, the new one and the old one."""

    def __init__(self, memory: MetricMemory, users: Counter[Key], labels: Key) -> None:
        self._memory = memory
        self._users = users
        self._labels = labels
        self._is_closed = False
        with memory.lock:
            users[labels] += 1
            self._outcomes = {status: memory.values((OUTCOMES.name, *labels, status)) for status in STATUSES}
            self._seconds = memory.values((ANSWER_SECONDS.name, *labels), HISTOGRAM_VALUES)

    def __call__(self, status: str, seconds: float) -> None:
        with self._memory.lock:
            self._outcomes[status].add(0, 1.0)
            if status != SKIPPED:
                _observe(self._seconds, seconds)

    def close(self) -> None:
        with self._memory.lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._users[self._labels] -= 1
            if self._users[self._labels]:
                return
            del self._users[self._labels]
            for status in STATUSES:
                self._memory.remove((OUTCOMES.name, *self._labels, status))
            self._memory.remove((ANSWER_SECONDS.name, *self._labels))


def _observe(values: Values, seconds: float) -> None:
    values.add(bisect_left(DURATION_BUCKETS, seconds), 1.0)
    values.add(HISTOGRAM_VALUES - 1, seconds)
