"""What works and what does not, as the status shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from xivo_dird.directory.outcome import SourceReport


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
