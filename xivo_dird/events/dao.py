"""Database access for events: the outbox of the bus and the events of the HTTP feed."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Index,
    LargeBinary,
    Select,
    String,
    Text,
    case,
    cast,
    delete,
    false,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.bulk import insert_many
from xivo_dird.events.model import (
    Address,
    Counters,
    Event,
    EventFilter,
    EventLimits,
    EventScope,
    RecordedEvent,
)

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


class EncodedEvent(NamedTuple):
    """An event to record, and its data as JSON text."""

    event: Event
    data: str


def record(session: Session, events: Sequence[EncodedEvent], now: float) -> list[Address]:
    """Add events, recorded at the time `now`, after the last recorded one; return their addresses.

    This locks the counter until the end of the transaction. Sequence numbers therefore follow the order of
    commits: a consumer that has read up to a number has missed no event before it. Call this as the last step
    of a transaction, so that other transactions wait for the lock as briefly as possible.
    """
    counter = update(EventCounterRow).where(EventCounterRow.name == RECORDED)
    increment = counter.values(value=EventCounterRow.value + len(events)).returning(EventCounterRow.value)
    first = session.scalars(increment).one() - len(events) + 1
    rows = [
        (sequence, str(uuid4()), now, event.name, event.subject, event.tenant_uuid, event.user_uuid, data)
        for sequence, (event, data) in enumerate(events, first)
    ]
    insert_many(session, EventRow.__tablename__, _COLUMNS, rows)
    return [
        Address(sequence, event.name, event.tenant_uuid, event.user_uuid)
        for sequence, (event, _) in enumerate(events, first)
    ]


def find_counters(session: Session) -> Counters:
    """Return the values of the three counters."""
    values: dict[str, int] = dict(session.execute(select(EventCounterRow.name, EventCounterRow.value)).all())
    return Counters(values[RECORDED], values[PUBLISHED], values[REMOVED])


def find(
    session: Session, scope: EventScope, event_filter: EventFilter, last: int, limits: EventLimits
) -> tuple[list[RecordedEvent], bool]:
    """Return the first events in a scope that match a filter, up to the sequence number `last`.

    Returns:
        The events, and whether there may be more of them.
    """
    event = EventRow
    query = select(event.sequence).where(
        event.sequence > event_filter.after, event.sequence <= last, _scope_condition(scope)
    )
    if event_filter.names:
        query = query.where(event.name.in_(event_filter.names))
    return _find_page(session, query, event_filter.limit, limits)


def find_unpublished(session: Session, limit: int, limits: EventLimits) -> tuple[list[RecordedEvent], bool]:
    """Return the next events to publish; for the relay only, as it includes all tenants.

    Returns:
        The events in order, and whether there may be more of them.
    """
    event, counter = EventRow, EventCounterRow
    published = select(counter.value).where(counter.name == PUBLISHED).scalar_subquery()
    return _find_page(session, select(event.sequence).where(event.sequence > published), limit, limits)


def find_addresses(session: Session, after: int, last: int) -> list[Address]:
    """Return the addresses of the events after the sequence number `after`, up to `last`, in order."""
    event = EventRow
    query = select(event.sequence, event.name, event.tenant_uuid, event.user_uuid).where(
        event.sequence > after, event.sequence <= last
    )
    return [Address(*row) for row in session.execute(query.order_by(event.sequence)).all()]


def mark_published(session: Session, sequence: int) -> None:
    """Record that every event up to `sequence` was published."""
    _advance(session, PUBLISHED, sequence)


def find_recorded_at(session: Session, after: int, before: float, limit: int) -> float | None:
    """Return when the first event after the sequence number `after` was recorded, or None if there is none.

    Events of a clock that was wrong, which are dated after the time `before`, are passed over.

    Args:
        session: The transaction.
        after: The sequence number.
        before: A time in seconds since the epoch.
        limit: How many events are looked at.
    """
    event = EventRow
    first = select(event.sequence, event.recorded_at).where(event.sequence > after)
    looked_at = first.order_by(event.sequence).limit(limit).subquery()
    query = select(looked_at.c.recorded_at).where(looked_at.c.recorded_at <= before)
    return session.scalars(query.order_by(looked_at.c.sequence).limit(1)).one_or_none()


def find_dates(session: Session, after: int, last: int, limit: int) -> list[tuple[int, float]]:
    """Return the sequence numbers and times of the first events after `after`, up to `last`, in order."""
    event = EventRow
    query = select(event.sequence, event.recorded_at).where(event.sequence > after, event.sequence <= last)
    rows = session.execute(query.order_by(event.sequence).limit(limit)).all()
    return [(sequence, recorded_at) for sequence, recorded_at in rows]


def remove(session: Session, last: int) -> int:
    """Remove all events up to the sequence number `last`; return how many were removed."""
    event = EventRow
    removed = session.scalars(delete(event).where(event.sequence <= last).returning(event.sequence)).all()
    _advance(session, REMOVED, last)
    return len(removed)


def _find_page(
    session: Session, query: Select[int], limit: int, limits: EventLimits
) -> tuple[list[RecordedEvent], bool]:
    """Return the first events that a query of sequence numbers selects, and whether there may be more.

    Sizes are read before data, one row at a time, so that the size of the result is bounded.
    """
    event = EventRow
    connection = session.connection()  # unlike the session, it reads a row only when it is needed
    size = _data_bytes(connection)
    selected = query.order_by(event.sequence).limit(limit).subquery()
    with_size = select(event.sequence, size).where(event.sequence.in_(select(selected.c.sequence)))
    sequences: list[int] = []
    total = 0
    with connection.execute(with_size.order_by(event.sequence)) as sizes:
        for sequence, data_bytes in sizes:
            total += min(data_bytes, limits.event_bytes)
            if sequences and total > limits.page_bytes:
                break
            sequences.append(sequence)
    has_more = len(sequences) == limit or total > limits.page_bytes
    return _find_all(session, sequences, case((size <= limits.event_bytes, event.data), else_=None)), has_more


def _find_all(
    session: Session, sequences: Sequence[int], data: ColumnElement[str | None]
) -> list[RecordedEvent]:
    """Return the events with these sequence numbers, and the value of the expression `data` as their data."""
    if not sequences:
        return []
    event = EventRow
    columns = (event.id, event.recorded_at, event.name, event.subject, event.tenant_uuid, event.user_uuid)
    query = select(event.sequence, *columns, data).where(event.sequence.in_(sequences))
    return [RecordedEvent(*row) for row in session.execute(query.order_by(event.sequence)).all()]


def _data_bytes(connection: Connection) -> ColumnElement[int]:
    """Return the size of the data of an event, as an expression that is not computed from its text in Python."""
    if connection.dialect.name == "postgresql":
        return func.octet_length(EventRow.data, type_=BigInteger)
    return func.length(cast(EventRow.data, LargeBinary), type_=BigInteger)


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
