"""The metrics for Prometheus: counters, and gauges of the current state."""

import threading
import time
from collections.abc import Callable, Iterator

from xivo_dird.directory.registry import Registry
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.health import BusStatus
from xivo_dird.prometheus import Prometheus, SourceState
from xivo_dird.threads.background import Background

UPDATE_SECONDS = 1.0
"""Seconds between updates of the gauges that other workers report; their maximum age."""


class MetricsService:
    """Updates the gauges when the metrics are requested and, with several workers, every `UPDATE_SECONDS`."""

    def __init__(
        self,
        prometheus: Prometheus,
        registry: Registry,
        events: EventService,
        bus: Callable[[], BusStatus],
    ) -> None:
        """Initialize with the metrics and the parts whose state they show."""
        self._prometheus = prometheus
        self._registry = registry
        self._events = events
        self._bus = bus
        self._lock = threading.Lock()
        self._background = Background("metrics", self._update_loop)

    def start(self) -> None:
        """Start to update the gauges for the other workers, if there are any."""
        if self._prometheus.is_shared:
            self._background.start()

    def stop(self) -> None:
        """Stop updating the gauges."""
        self._background.stop()

    def text(self) -> bytes:
        """Return the metrics of all workers in the text format of Prometheus."""
        with self._lock:
            self._update()
            return self._prometheus.text()

    def _update(self) -> None:
        """Update all gauges."""
        self._prometheus.set_alive()
        bus = self._bus()
        if bus.is_enabled:
            self._prometheus.set_bus_up("publisher", is_up=bus.publisher.is_healthy)
            self._prometheus.set_bus_up("consumer", is_up=bus.consumer.is_healthy)
        self._prometheus.set_store_up(is_up=self._update_outbox(bus))
        self._prometheus.set_sources(self._states())
        self._prometheus.set_index_bytes(self._registry.index_bytes())

    def _states(self) -> Iterator[SourceState]:
        now = time.time()
        for source, report in self._registry.all_reports():
            snapshot = report.snapshot
            built_at = snapshot.built_at if snapshot is not None else None
            yield SourceState(
                tenant_uuid=source.tenant_uuid,
                name=source.name,
                backend=source.backend,
                breaker_is_open=report.breaker == "open",
                entries=snapshot.entries if snapshot is not None else None,
                age=None if built_at is None else max(0.0, now - built_at),
            )

    def _update_outbox(self, bus: BusStatus) -> bool:
        """Update the number of waiting events, 0 if nobody sends them; return False if the store does not answer."""
        try:
            waiting = self._events.backlog().waiting
            self._prometheus.set_outbox_size(waiting if bus.is_enabled else 0)
        except StoreUnavailable:
            return False
        return True

    def _update_loop(self) -> None:
        while not self._background.wait(UPDATE_SECONDS):
            with self._lock:
                self._update()
