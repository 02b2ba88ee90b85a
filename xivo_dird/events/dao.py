"""Database access for events: the outbox of the bus and the events of the HTTP feed."""

import time
from collections.abc import Sequence
from uuid import uuid4

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Index,
    String,
    Text,
    delete,
    false,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.bulk import insert_many
from xivo_dird.events.model import Counters, Event, EventFilter, EventScope, RecordedEvent

RECORDED, PUBLISHED, REMOVED = "recorded", "published", "removed"
"""The names of the counters."""

_COLUMNS = ("sequence", "id", "recorded_at", "name", "subject", "tenant_uuid", "user_uuid", "data")


class EventRow(Base):
    """A recorded event."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_tenant", "tenant_uuid", "sequence"),
        Index("ix_event_user", "user_uuid", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(36))
    recorded_at: Mapped[float] = mapped_column(Float)
    name: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    tenant_uuid: Mapped[str | None] = mapped_column(Text)
    user_uuid: Mapped[str | None] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)


class EventCounterRow(Base):
    """A counter in its own row, so that transactions on different counters do not block each other."""

    __tablename__ = "event_counter"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


def record(session: Session, events: Sequence[Event]) -> None:
    """Add events after the last recorded one.

    This locks the counter until the end of the transaction. Sequence numbers therefore follow the order of
    commits: a consumer that has read up to a number has missed no event before it. Call this as the last step
    of a transaction, so that other transactions wait for the lock as briefly as possible.
    """
    counter = update(EventCounterRow).where(EventCounterRow.name == RECORDED)
    increment = counter.values(value=EventCounterRow.value + len(events)).returning(EventCounterRow.value)
    first = session.scalars(increment).one() - len(events) + 1
    now = time.time()
    rows = [
        (
            first + index,
            str(uuid4()),
            now,
            event.name,
            event.subject,
            event.tenant_uuid,
            event.user_uuid,
            orjson.dumps(event.data).decode(),
        )
        for index, event in enumerate(events)
    ]
    insert_many(session, EventRow.__tablename__, _COLUMNS, rows)


def find_counters(session: Session) -> Counters:
    """Return the values of the three counters."""
    values: dict[str, int] = dict(session.execute(select(EventCounterRow.name, EventCounterRow.value)).all())
    return Counters(values[RECORDED], values[PUBLISHED], values[REMOVED])


def find(session: Session, scope: EventScope, event_filter: EventFilter, last: int) -> list[RecordedEvent]:
    """Return the first events in a scope that match a filter, up to the sequence number `last`."""
    event = EventRow
    query = select(event).where(
        event.sequence > event_filter.after, event.sequence <= last, _scope_condition(scope)
    )
    if event_filter.names:
        query = query.where(event.name.in_(event_filter.names))
    rows = session.scalars(query.order_by(event.sequence).limit(event_filter.limit))
    return [_recorded(row) for row in rows]


def find_unpublished(session: Session, limit: int) -> list[RecordedEvent]:
    """Return the next events to publish, in order; for the relay only, as it includes all tenants."""
    event, counter = EventRow, EventCounterRow
    published = select(counter.value).where(counter.name == PUBLISHED).scalar_subquery()
    query = select(event).where(event.sequence > published).order_by(event.sequence).limit(limit)
    return [_recorded(row) for row in session.scalars(query)]


def mark_published(session: Session, sequence: int) -> None:
    """Record that the broker has confirmed every event up to `sequence`."""
    _advance(session, PUBLISHED, sequence)


def find_recorded_at(session: Session, sequence: int) -> float | None:
    """Return when the first event after `sequence` was recorded, in seconds since the epoch, or None."""
    event = EventRow
    return session.scalars(
        select(event.recorded_at).where(event.sequence > sequence).order_by(event.sequence).limit(1)
    ).one_or_none()


def remove_old(session: Session, before: float, last: int, limit: int) -> int:
    """Remove at most `limit` of the oldest events.

    Args:
        session: The transaction.
        before: Remove only events recorded before this time, in seconds since the epoch.
        last: Remove only events up to this sequence number.
        limit: The maximum number of events to remove.

    Returns:
        The number of removed events.
    """
    event = EventRow
    oldest = (
        select(event.sequence, event.recorded_at)
        .where(event.sequence <= last)
        .order_by(event.sequence)
        .limit(limit)
    )
    last_removed = 0
    for sequence, recorded_at in session.execute(oldest).all():
        if recorded_at >= before:
            break
        last_removed = sequence
    if not last_removed:
        return 0
    removed = session.scalars(
        delete(event).where(event.sequence <= last_removed).returning(event.sequence)
    ).all()
    _advance(session, REMOVED, last_removed)
    return len(removed)


def _advance(session: Session, counter: str, sequence: int) -> None:
    """Set a counter to `sequence` unless it is already higher."""
    lower_counter = (EventCounterRow.name == counter) & (EventCounterRow.value < sequence)
    session.execute(update(EventCounterRow).where(lower_counter).values(value=sequence))


def _scope_condition(scope: EventScope) -> ColumnElement[bool]:
    if scope.all_tenants:
        return true()
    conditions: list[ColumnElement[bool]] = [false()]
    if scope.user_uuid is not None:
        conditions.append(EventRow.user_uuid == scope.user_uuid)
    if scope.tenant_uuid is not None:
        conditions.append(EventRow.tenant_uuid == scope.tenant_uuid)
    return or_(*conditions)


def _recorded(row: EventRow) -> RecordedEvent:
    event = Event(row.name, row.subject, row.tenant_uuid, row.user_uuid, orjson.loads(row.data))
    return RecordedEvent(row.sequence, row.id, row.recorded_at, event)
