"""Metrics: what was counted, and how everything is at the moment, for Prometheus."""

import threading
import time
from collections.abc import Callable, Iterator

from xivo_dird.directory.registry import Registry
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.health import BusStatus
from xivo_dird.prometheus import Prometheus, SourceState
from xivo_dird.threads.background import Background

LOOK_SECONDS = 1.0
"""So old is what another worker tells of its sources."""


class MetricsService:
    """What is no count is looked at when somebody asks; with several workers, every second."""

    def __init__(
        self,
        prometheus: Prometheus,
        registry: Registry,
        events: EventService,
        bus: Callable[[], BusStatus],
    ) -> None:
        """Tell of the others through `prometheus`."""
        self._prometheus = prometheus
        self._registry = registry
        self._events = events
        self._bus = bus
        self._lock = threading.Lock()
        self._background = Background("metrics", self._look_again_and_again)

    def start(self) -> None:
        """Let other workers know how this one is."""
        if self._prometheus.is_shared:
            self._background.start()

    def stop(self) -> None:
        """Look no more."""
        self._background.stop()

    def text(self) -> bytes:
        """Tell everything, of all workers, in the format of Prometheus."""
        with self._lock:
            self._look()
            return self._prometheus.text()

    def _look(self) -> None:
        """Take down how everything is."""
        bus = self._bus()
        self._prometheus.show_bus("publisher", is_up=bus.publisher.is_well)
        self._prometheus.show_bus("consumer", is_up=bus.consumer.is_well)
        self._prometheus.show_store(is_up=self._look_into_the_store())
        self._prometheus.show_sources(self._states())

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

    def _look_into_the_store(self) -> bool:
        """Take down what waits in it; False while it does not answer."""
        try:
            self._prometheus.show_outbox(self._events.backlog().waiting)
        except StoreUnavailable:
            return False
        return True

    def _look_again_and_again(self) -> None:
        while not self._background.wait(LOOK_SECONDS):
            with self._lock:
                self._look()
