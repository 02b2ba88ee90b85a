"""The models of the status. In JSON, a part without an error has no key `error` (contract section 2.12)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

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
    answer, and 0 if the bus is disabled: then nobody sends events, and none waits. `sent_by` is `this process`,
    `another process`, or null if the bus is disabled. Since the start,
    `unroutable` counts events that no queue was bound for, `refused` events that the broker will never accept and that
    are not published, and `set_aside` messages from the bus that could not be handled and went to the dead-letter
    queue.
    """

    status: str
    waiting: int | None = None
    seconds: float | None = None
    sent_by: str | None = None
    unroutable: int = 0
    refused: int = 0
    set_aside: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadsCheck:
    """The background threads of this process.

    `status` is `fail` while one of them waits to be restarted; `restarts` is how often one ended unexpectedly since the
    start, and `error` names those threads and their last errors.
    """

    status: str
    restarts: int
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
    threads: ThreadsCheck
    plugins: Sequence[PluginCheck]
    sources: dict[str, SourceReport]

    def to_json(self) -> dict[str, object]:
        """Return the status as JSON-ready data: of parts, plugins and sources without an error, no key `error`."""
        return asdict(self, dict_factory=_without_absent_error)


def _without_absent_error(items: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(items)
    if "status" in fields and fields.get("error") is None:
        fields.pop("error", None)
    return fields
