"""Events: records of changes, stored in the same transaction as the change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from more_itertools import constrained_batches

MAX_IDS_PER_EVENT = 10_000
MAX_ID_BYTES_PER_EVENT = 400_000
"""The limits of the contact ids in one import event, which keep it below `MIN_MAX_EVENT_BYTES`."""

MIN_MAX_EVENT_BYTES = 512 * 1024
"""The lowest value of the limit of an event's size."""

DEFAULT_MAX_EVENT_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Event:
    """A change of a resource.

    Attributes:
        name: The event name, such as "favorite_added".
        subject: The last part of the routing key, such as "favorite.created".
        tenant_uuid: The tenant that the event is for, if any.
        user_uuid: The user that the event is for, None if it is for the whole tenant.
        data: The JSON-ready resource after the change; a deleted resource as it was before.
    """

    name: str
    subject: str
    tenant_uuid: str | None
    user_uuid: str | None
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event in the database.

    Attributes:
        sequence: The number of the event, from 1 without gaps, in commit order.
        id: A uuid that stays the same when the event is sent again.
        recorded_at: Seconds since the epoch.
        name: See `Event`, as the next three attributes.
        data: The data of the event as JSON text; None if it is too large to be read.
    """

    sequence: int
    id: str
    recorded_at: float
    name: str
    subject: str
    tenant_uuid: str | None
    user_uuid: str | None
    data: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """Who an event is for: its sequence, name, tenant and user; see `Event`."""

    sequence: int
    name: str
    tenant_uuid: str | None
    user_uuid: str | None


@dataclass(frozen=True, slots=True)
class EventScope:
    """The owners whose events a reader may see.

    Attributes:
        user_uuid: Include the events of this user, if given.
        tenant_uuid: Include all events of this tenant, if given.
        all_tenants: Include all events of the installation; only for users who can read its database anyway.
    """

    user_uuid: str | None
    tenant_uuid: str | None = None
    all_tenants: bool = False


ALL_TENANTS = EventScope(None, all_tenants=True)


@dataclass(frozen=True, slots=True)
class Counters:
    """The last sequence numbers that were recorded, published to the broker, and removed for their age."""

    recorded: int
    published: int
    removed: int


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Selects at most `limit` events after the sequence `after`, with one of `names` (empty: any name)."""

    after: int
    limit: int
    names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events.

    Attributes:
        items: The events in order of their sequence.
        next: The cursor of the next page.
        expired: True if events after the given cursor have already been removed.
    """

    items: Sequence[RecordedEvent]
    next: int
    expired: bool


@dataclass(frozen=True, slots=True)
class EventLimits:
    """The limits of events and their readers in one process.

    Attributes:
        waiting: How many readers may wait for new events at the same time.
        waiting_per_owner: How many of them may be of the same user.
        event_bytes: The maximum size of the data of an event, as JSON.
        page_bytes: The maximum size of the data of all events of one page or batch, except that of its first event.
    """

    waiting: int = 1
    waiting_per_owner: int = 1
    event_bytes: int = DEFAULT_MAX_EVENT_BYTES
    page_bytes: int = 4 * 1024 * 1024


DEFAULT_EVENT_LIMITS = EventLimits()


def id_batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids of imported contacts in batches, each for one event."""
    return constrained_batches(
        ids,
        MAX_ID_BYTES_PER_EVENT,
        MAX_IDS_PER_EVENT,
        get_len=lambda contact_id: len(orjson.dumps(contact_id)) + len(","),
        strict=False,
    )
