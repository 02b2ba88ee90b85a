"""Events: records of changes, stored in the same transaction as the change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

MAX_IDS_PER_EVENT = 10_000
"""The limit of contact ids in one import event; it keeps messages below half a megabyte."""


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
        event: The event itself.
    """

    sequence: int
    id: str
    recorded_at: float
    event: Event


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
