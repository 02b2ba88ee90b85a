"""The models of the status."""

from collections.abc import Sequence
from dataclasses import dataclass

from xivo_dird.directory.outcome import SourceReport


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one part: `status` is `ok` or `fail`."""

    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PluginCheck:
    """The state of one enabled plugin."""

    group: str
    name: str
    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxCheck:
    """The events that have not been sent to the broker yet.

    `waiting` is their number, `seconds` the age of the oldest in seconds; both are null while the database does not
    answer. `sent_by` is `this process`, `another process`, or null while the bus is disabled. Since the start,
    `unroutable` counts events that no queue was bound for, and `set_aside` messages from the bus that could not be
    handled and went to the dead-letter queue.
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
    """The state of the daemon; `sources` are those of the caller's tenant, by uuid."""

    rest_api: Check
    bus_consumer: Check
    bus_publisher: Check
    outbox: OutboxCheck
    master_tenant: Check
    store: Check
    plugins: Sequence[PluginCheck]
    sources: dict[str, SourceReport]
