"""The event service: record events with their change, read them, publish them, remove old ones."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import orjson

from xivo_dird.database.engine import Database, Session, after_commit
from xivo_dird.events import dao
from xivo_dird.events.domain_event import DomainEvent
from xivo_dird.events.envelope import JsonObject, envelope
from xivo_dird.events.incomplete import NOTHING, incomplete
from xivo_dird.events.model import (
    DEFAULT_EVENT_LIMITS,
    Counters,
    Event,
    EventFilter,
    EventLimits,
    EventPage,
    EventScope,
    RecordedEvent,
)
from xivo_dird.events.slots import WaitingSlots
from xivo_dird.events.watch import EventWatch, NewEvents
from xivo_dird.exceptions import InvalidData
from xivo_dird.threads.deadline import Deadline

logger = logging.getLogger(__name__)

MAX_POLLED_EVENTS = 1000
"""New events of other processes of which the addresses are read; if there are more, all waiting readers are woken."""

_REMOVE_BATCH_SIZE = 5000
_DATES_READ = 1000
"""Waiting events that are looked at to find the age of the oldest one."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """The events that the broker has not confirmed yet.

    Attributes:
        waiting: The number of events.
        seconds: The age of the oldest one, in seconds.
    """

    waiting: int
    seconds: float


class EventService:
    """Reads and writes the events of all tenants."""

    def __init__(
        self,
        database: Database,
        origin_uuid: str | None = None,
        limits: EventLimits = DEFAULT_EVENT_LIMITS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Create the service.

        Args:
            database: Where events are stored.
            origin_uuid: The uuid of this installation, part of every event.
            limits: The limits of events and their readers.
            clock: Returns the time in seconds since the epoch.
        """
        self._database = database
        self.origin_uuid = origin_uuid
        self._limits = limits
        self._clock = clock
        self._slots = WaitingSlots(limits.waiting, limits.waiting_per_owner)
        self.watch = EventWatch(self._find_new)

    def record(self, session: Session, *events: DomainEvent) -> None:
        """Record events in the transaction of their change; call this as its last step.

        Of an event that is larger than the limit, only what identifies its resource is recorded.
        """
        self._record(session, [event.to_event() for event in events])

    def last_sequence(self, session: Session) -> int:
        """Return the sequence number of the last event that a transaction sees, 0 before the first one."""
        return dao.find_counters(session).recorded

    def publish(
        self,
        name: str,
        data: Mapping[str, object],
        tenant_uuid: str | None = None,
        user_uuid: str | None = None,
    ) -> None:
        """Record an event that is not part of a change of the database; see `record`."""
        with self._database.changing() as session:
            self._record(session, [Event(name, name, tenant_uuid, user_uuid, data)])

    def find(self, scope: EventScope, event_filter: EventFilter) -> EventPage:
        """Return the first events in a scope that match a filter and fit into a page; at least one, if there is any.

        Raises:
            InvalidData: The cursor `event_filter.after` is higher than any sequence number of this database.
        """
        with self._database.reading(snapshot=True) as session:
            counters = dao.find_counters(session)
            _check_cursor(event_filter.after, counters)
            items, has_more = dao.find(session, scope, event_filter, counters.recorded, self._limits)
        last = items[-1].sequence if has_more else counters.recorded
        return EventPage(items, last, expired=event_filter.after < counters.removed)

    def find_or_wait(
        self, scope: EventScope, event_filter: EventFilter, max_wait: float, owner: str
    ) -> EventPage:
        """Return events as `find` does; if there are none, wait up to `max_wait` seconds for the first one.

        While it waits, it uses no connection to the database.

        Args:
            scope: See `find`.
            event_filter: See `find`.
            max_wait: The maximum wait in seconds.
            owner: Whose slot the wait occupies: a user, or a tenant for a token without a user.

        Raises:
            InvalidData: See `find`.
            TooManyRequests: As many readers of this owner as may wait do so already.
            TooBusy: As many readers as may wait do so already.
        """
        page = self.find(scope, event_filter)
        if page.items or max_wait <= 0:
            return page
        deadline = Deadline.after(max_wait)
        with (
            self._slots.hold(owner),
            self.watch.waiter(scope, event_filter.names, page.next) as waiter,
        ):
            while not page.items and waiter.wait(deadline):
                next_page = self.find(scope, replace(event_filter, after=page.next))
                page = replace(next_page, expired=page.expired or next_page.expired)
        return page

    def counters(self) -> Counters:
        """Return the last recorded, published and removed sequence numbers."""
        with self._database.reading() as session:
            return dao.find_counters(session)

    def backlog(self) -> Backlog:
        """Return how many events wait for the broker, and for how long."""
        now = self._clock()
        with self._database.reading(snapshot=True) as session:
            counters = dao.find_counters(session)
            waiting = counters.recorded - counters.published
            oldest = dao.find_recorded_at(session, counters.published, now, _DATES_READ) if waiting else None
        return Backlog(waiting, 0.0 if oldest is None else now - oldest)

    def find_unpublished(self, limit: int) -> tuple[Sequence[RecordedEvent], bool]:
        """Return the next events, at most `limit` and what fits into a page, and whether there may be more of them."""
        with self._database.reading(snapshot=True) as session:
            return dao.find_unpublished(session, limit, self._limits)

    def mark_published(self, sequence: int) -> None:
        """Record that every event up to `sequence` was published."""
        with self._database.changing() as session:
            dao.mark_published(session, sequence)

    def remove_old(self, max_age: float, keep_unpublished: bool) -> int:
        """Remove old events in batches, one transaction each.

        Events are removed in the order of their sequence, up to the first one that is not old. Those dated in the
        future, by a clock that was wrong, are passed over: they are removed with the first old one after them.

        Args:
            max_age: Remove events that are older, in seconds.
            keep_unpublished: If True, keep events that the broker has not confirmed.

        Returns:
            The number of removed events.
        """
        counters = self.counters()
        last = counters.published if keep_unpublished else counters.recorded
        now = self._clock()
        read_to, removed, is_end = 0, 0, False
        while not is_end:
            with self._database.changing() as session:
                dates = dao.find_dates(session, read_to, last, _REMOVE_BATCH_SIZE)
                last_old, is_end = _find_last_old(dates, now - max_age, now)
                removed += dao.remove(session, last_old) if last_old else 0
            read_to = dates[-1][0] if dates else last
            is_end = is_end or len(dates) < _REMOVE_BATCH_SIZE
        return removed

    def to_envelope(self, recorded: RecordedEvent) -> JsonObject:
        """Return an event in the form that consumers get."""
        return envelope(recorded, self.origin_uuid)

    def _record(self, session: Session, events: Sequence[Event]) -> None:
        if not events:
            return
        encoded = [dao.EncodedEvent(event, self._encode(event)) for event in events]
        addresses = dao.record(session, encoded, self._clock())
        after_commit(session, partial(self.watch.report, addresses))

    def _encode(self, event: Event) -> str:
        """Return the data of an event as JSON text, reduced to what identifies its resource if it is too large."""
        data = orjson.dumps(event.data)
        if len(data) <= self._limits.event_bytes:
            return data.decode()
        logger.warning(
            "The event %.100r of the tenant %.100s has %d bytes, more than events.max_event_size;"
            " it has only what identifies the resource",
            event.name,
            event.tenant_uuid,
            len(data),
        )
        reduced = orjson.dumps(incomplete(event.data))
        return (reduced if len(reduced) <= self._limits.event_bytes else orjson.dumps(NOTHING)).decode()

    def _find_new(self, sequence: int) -> NewEvents:
        with self._database.reading(snapshot=True) as session:
            last = dao.find_counters(session).recorded
            if last - sequence > MAX_POLLED_EVENTS:
                return NewEvents(last, None)
            return NewEvents(last, dao.find_addresses(session, sequence, last) if last > sequence else ())


def _check_cursor(after: int, counters: Counters) -> None:
    if after > counters.recorded:
        problem = f"there is no event {after} in this database, the last is {counters.recorded}"
        raise InvalidData(f"after: {problem}", {"after": [problem]})


def _find_last_old(dates: Sequence[tuple[int, float]], before: float, now: float) -> tuple[int, bool]:
    """Return the sequence number of the last event that can be removed, and whether the next one can't.

    The sequence number is 0 if there is no such event.

    Args:
        dates: Sequence numbers and times of events, in order.
        before: Events recorded before this time are old.
        now: Events recorded after this time were dated by a clock that was wrong.
    """
    last_old = 0
    for sequence, recorded_at in dates:
        if before <= recorded_at <= now:
            return last_old, True
        if recorded_at < before:
            last_old = sequence
    return last_old, False
