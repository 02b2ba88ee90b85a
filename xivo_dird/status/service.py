"""The status of every part of the daemon (contract section 2.12 and more)."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from xivo_dird.caller import Caller
from xivo_dird.database.engine import Database
from xivo_dird.directory.registry import Registry
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.health import BusState, BusStatus
from xivo_dird.status.model import Check, OutboxCheck, PluginCheck, StatusAnswer, ThreadsCheck, explained
from xivo_dird.threads.background import all_restarts
from xivo_dird.threads.deadline import Deadline

PING_SECONDS = 2.0
"""Seconds that the database has to answer."""


class StatusService:
    """Collects the state of every part."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        events: EventService,
        bus: Callable[[], BusStatus],
        plugins: Callable[[], Sequence[PluginCheck]],
        master_tenant: Callable[[], str | None],
        update_sources: Callable[[], None],
    ) -> None:
        """Initialize with the parts to check.

        Args:
            database: Checked with a ping.
            registry: Reports the state of the sources.
            events: Reports the outbox.
            bus: Returns the state of the bus.
            plugins: Returns the state of the enabled plugins.
            master_tenant: Returns the uuid of the master tenant, None while it is not known.
            update_sources: Updates the registry after changes of sources, if it has not been updated yet.
        """
        self._database = database
        self._registry = registry
        self._events = events
        self._bus = bus
        self._plugins = plugins
        self._master_tenant = master_tenant
        self._update_sources = update_sources

    def status(self, caller: Caller) -> StatusAnswer:
        """Return the state of the daemon, with the sources of the caller's tenant only."""
        store = self._store()
        if store.status == "ok":
            with suppress(StoreUnavailable):  # the next answer shows it
                self._update_sources()
        master_tenant = self._master_tenant()
        bus = self._bus()
        return StatusAnswer(
            rest_api=Check("ok"),
            bus_consumer=_check(bus.consumer),
            bus_publisher=_check(bus.publisher),
            outbox=self._outbox(bus, store),
            master_tenant=Check("ok") if master_tenant else Check("fail", "it is not known yet"),
            store=store,
            threads=_threads(),
            plugins=self._plugins(),
            sources={
                uuid: explained(report) for uuid, report in self._registry.reports(caller.tenant_uuid).items()
            },
        )

    def _outbox(self, bus: BusStatus, store: Check) -> OutboxCheck:
        if not bus.is_enabled:
            return OutboxCheck("ok", waiting=0, seconds=0.0)
        if store.error is not None:
            return OutboxCheck("fail", error=store.error)
        try:
            backlog = self._events.backlog()
        except StoreUnavailable as error:
            return OutboxCheck("fail", error=error.message)
        return OutboxCheck(
            "ok",
            backlog.waiting,
            backlog.seconds,
            bus.sent_by,
            bus.unroutable,
            bus.refused,
            bus.dead_lettered,
        )

    def _store(self) -> Check:
        try:
            self._database.read_by(Deadline.after(PING_SECONDS), self._database.ping)
        except StoreUnavailable as error:
            return Check("fail", error.message)
        return Check("ok")


def _threads() -> ThreadsCheck:
    restarts = list(all_restarts())
    is_ok = all(thread.is_running for thread in restarts)
    errors = [f"{thread.thread}: {thread.error}" for thread in restarts]
    return ThreadsCheck(
        "ok" if is_ok else "fail", sum(thread.count for thread in restarts), "; ".join(errors) or None
    )


def _check(state: BusState) -> Check:
    return Check("ok") if state.is_healthy else Check("fail", state.error)
