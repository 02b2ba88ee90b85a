"""Status: what works, what does not, and why (contract section 2.12 and more)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xivo_dird.caller import Caller
from xivo_dird.database.engine import Database
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.directory.registry import Registry
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.health import BusState, BusStatus


@dataclass(frozen=True, slots=True)
class Check:
    """One part: `status` is `ok` or `fail`."""

    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PluginCheck:
    """One enabled plugin."""

    group: str
    name: str
    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxCheck:
    """The events that the broker has not got yet: how many, and for how many seconds the oldest has waited.

    `sent_by` is `this process`, `another process`, or null while the bus is disabled. `unroutable` events interested
    nobody; `set_aside` messages from the bus could not be handled.
    """

    status: str
    waiting: int | None = None
    seconds: float | None = None
    sent_by: str | None = None
    unroutable: int = 0
    set_aside: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The state of the daemon; `sources` are the caller's tenant's own, by uuid."""

    rest_api: Check
    bus_consumer: Check
    bus_publisher: Check
    outbox: OutboxCheck
    master_tenant: Check
    store: Check
    plugins: Sequence[PluginCheck]
    sources: dict[str, SourceReport]


class StatusService:
    """Gathers the state of every part."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        events: EventService,
        bus: Callable[[], BusStatus],
        plugins: Callable[[], Sequence[PluginCheck]],
        master_tenant: Callable[[], str | None],
    ) -> None:
        """`plugins` lists the enabled plugins, `master_tenant` answers None while it is not known."""
        self._database = database
        self._registry = registry
        self._events = events
        self._bus = bus
        self._plugins = plugins
        self._master_tenant = master_tenant

    def status(self, caller: Caller) -> StatusAnswer:
        """Tell the state; sources of other tenants are not shown."""
        master_tenant = self._master_tenant()
        bus = self._bus()
        return StatusAnswer(
            rest_api=Check("ok"),
            bus_consumer=_check(bus.consumer),
            bus_publisher=_check(bus.publisher),
            outbox=self._outbox(bus),
            master_tenant=Check("ok") if master_tenant else Check("fail", "it is not known yet"),
            store=self._store(),
            plugins=self._plugins(),
            sources=self._registry.reports(caller.tenant_uuid),
        )

    def _outbox(self, bus: BusStatus) -> OutboxCheck:
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
            bus.set_aside,
        )

    def _store(self) -> Check:
        try:
            self._database.ping()
        except StoreUnavailable as error:
            return Check("fail", error.message)
        return Check("ok")


def _check(state: BusState) -> Check:
    return Check("ok") if state.is_well else Check("fail", state.error)
