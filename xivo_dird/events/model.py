"""An event: a fact about a change, stored in the transaction of the change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

MAX_IDS_PER_EVENT = 10_000
"""Contacts that one event of an import names, so that messages stay below half a megabyte."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to whom. `data` is JSON-ready: the resource after the change.

    `subject` ends the routing key, such as "favorite.created"; `user_uuid` is None for what belongs to a whole tenant.
    """

    name: str
    subject: str
    tenant_uuid: str | None
    user_uuid: str | None
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event in the store. `sequence` counts from 1 without a gap, in the order of the commits.

    `id` is a uuid, the same however often the event is sent; `recorded_at` is in seconds since the epoch.
    """

    sequence: int
    id: str
    recorded_at: float
    event: Event


@dataclass(frozen=True, slots=True)
class EventScope:
    """Whose events are wanted: those of one user (None: of nobody), and with `tenant_uuid` all of that tenant.

    `everything`: of the whole installation; only for who may read its database anyway.
    """

    user_uuid: str | None
    tenant_uuid: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Counters:
    """How far the store is: the last sequence that was recorded, sent to the broker, and removed as too old."""

    recorded: int
    published: int
    removed: int


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which part of the events is wanted: some after a sequence, with one of `names` (empty: any)."""

    after: int
    limit: int
    names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events, the cursor to go on from, and whether events after the old cursor were removed already."""

    items: Sequence[RecordedEvent]
    next: int
    expired: bool
