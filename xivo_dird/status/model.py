"""The models of the status. In JSON, a part without an error has no key `error` (contract section 2.12)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from xivo_dird.diagnosis.advice import advice_for
from xivo_dird.directory.outcome import SourceReport
from xivo_dird.index.state import SnapshotState


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
class ExplainedSnapshot(SnapshotState):
    """The state of an index; `cause` is what its error means in a few words, `action` what to do."""

    cause: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainedReport(SourceReport):
    """The recent state of a source; `cause` is what its error means in a few words, `action` what to do."""

    snapshot: ExplainedSnapshot | None
    cause: str | None = None
    action: str | None = None


def explained(report: SourceReport) -> ExplainedReport:
    """Return the recent state of a source with what its errors mean."""
    snapshot = None
    if report.snapshot is not None:
        snapshot = ExplainedSnapshot(**_values(report.snapshot), **_advice(report.snapshot.error))
    return ExplainedReport(**{**_values(report), "snapshot": snapshot}, **_advice(report.error))


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
    sources: dict[str, ExplainedReport]

    def to_json(self) -> dict[str, object]:
        """Return the status as JSON-ready data: of parts, plugins and sources without an error, no key `error`."""
        return asdict(self, dict_factory=_without_absent_error)


def _without_absent_error(items: list[tuple[str, object]]) -> dict[str, object]:
    shown = dict(items)
    if shown.get("error") is not None:
        return shown
    absent = {"error", "cause", "action"} if "status" in shown else {"cause", "action"}
    return {key: value for key, value in shown.items() if key not in absent}


def _values(item: SourceReport | SnapshotState) -> dict[str, Any]:
    return {field.name: getattr(item, field.name) for field in fields(item)}


def _advice(error: str | None) -> dict[str, Any]:
    if error is None:
        return {}
    advice = advice_for(error)
    return {"cause": advice.cause, "action": advice.action}
