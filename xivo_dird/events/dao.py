"""Where events are kept: the outbox of the bus, and what the feed shows."""

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

_COLUMNS = ("sequence", "id", "recorded_at", "name", "subject", "tenant_uuid", "user_uuid", "data")


class EventRow(Base):
    """One event."""

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
    """How far something has come; a row each, so that nobody waits for somebody else's counter."""

    __tablename__ = "event_counter"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


def record(session: Session, events: Sequence[Event]) -> None:
    """Add events at the end.

    From now on to the end of the transaction nobody else can: the order of the sequence is that of the commits, so
    whoever has read up to one has missed nothing before it. Record last, to hold up others as shortly as can be.
    """
    counted = update(EventCounterRow).where(EventCounterRow.name == RECORDED)
    count = counted.values(value=EventCounterRow.value + len(events)).returning(EventCounterRow.value)
    first = session.scalars(count).one() - len(events) + 1
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
    """Tell how far the store is."""
    values: dict[str, int] = dict(session.execute(select(EventCounterRow.name, EventCounterRow.value)).all())
    return Counters(values[RECORDED], values[PUBLISHED], values[REMOVED])


def find(session: Session, scope: EventScope, event_filter: EventFilter, last: int) -> list[RecordedEvent]:
    """Find the first events of a scope that pass a filter, none after the sequence `last`."""
    row = EventRow
    wanted = select(row).where(row.sequence > event_filter.after, row.sequence <= last, _within(scope))
    if event_filter.names:
        wanted = wanted.where(row.name.in_(event_filter.names))
    return [
        _recorded(found) for found in session.scalars(wanted.order_by(row.sequence).limit(event_filter.limit))
    ]


def find_unpublished(session: Session, limit: int) -> list[RecordedEvent]:
    """Find the next events that the broker must get, of every tenant; only the relay may ask that."""
    row, counter = EventRow, EventCounterRow
    published = select(counter.value).where(counter.name == PUBLISHED).scalar_subquery()
    wanted = select(row).where(row.sequence > published).order_by(row.sequence).limit(limit)
    return [_recorded(found) for found in session.scalars(wanted)]


def mark_published(session: Session, sequence: int) -> None:
    """Remember that the broker has every event up to `sequence`."""
    _advance(session, PUBLISHED, sequence)


def find_recorded_at(session: Session, sequence: int) -> float | None:
    """Answer when the first event after `sequence` was recorded, in seconds since the epoch; None: there is none."""
    row = EventRow
    return session.scalars(
        select(row.recorded_at).where(row.sequence > sequence).order_by(row.sequence).limit(1)
    ).one_or_none()


def remove_old(session: Session, before: float, last: int, limit: int) -> int:
    """Remove the first events, recorded before `before` and not after the sequence `last`; answer how many."""
    row = EventRow
    oldest = (
        select(row.sequence, row.recorded_at).where(row.sequence <= last).order_by(row.sequence).limit(limit)
    )
    removed = 0
    for sequence, recorded_at in session.execute(oldest).all():
        if recorded_at >= before:
            break
        removed = sequence
    if not removed:
        return 0
    gone = session.scalars(delete(row).where(row.sequence <= removed).returning(row.sequence)).all()
    _advance(session, REMOVED, removed)
    return len(gone)


def _advance(session: Session, counter: str, sequence: int) -> None:
    further = (EventCounterRow.name == counter) & (EventCounterRow.value < sequence)
    session.execute(update(EventCounterRow).where(further).values(value=sequence))


def _within(scope: EventScope) -> ColumnElement[bool]:
    if scope.everything:
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
