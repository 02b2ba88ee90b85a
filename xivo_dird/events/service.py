"""The event service: record events with their change, read them, publish them, remove old ones."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from xivo_dird.database.engine import Database, Session, after_commit
from xivo_dird.events import dao
from xivo_dird.events.domain_event import DomainEvent
from xivo_dird.events.envelope import JsonObject, envelope
from xivo_dird.events.model import Counters, Event, EventFilter, EventPage, EventScope, RecordedEvent
from xivo_dird.events.watch import EventWatch
from xivo_dird.exceptions import InvalidData
from xivo_dird.threads.deadline import Deadline

_REMOVE_BATCH_SIZE = 5000


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

    def __init__(self, database: Database, origin_uuid: str | None = None, max_waiting: int = 1) -> None:
        """Create the service.

        Args:
            database: Where events are stored.
            origin_uuid: The uuid of this installation, part of every event.
            max_waiting: How many readers may wait for new events at the same time.
        """
        self._database = database
        self.origin_uuid = origin_uuid
        self._slots = threading.BoundedSemaphore(max_waiting)
        self.watch = EventWatch(lambda: self.counters().recorded)

    def record(self, session: Session, *events: DomainEvent) -> None:
        """Record events in the transaction of their change; call this as its last step."""
        self._record(session, [event.to_event() for event in events])

    def publish(
        self,
        name: str,
        data: Mapping[str, object],
        tenant_uuid: str | None = None,
        user_uuid: str | None = None,
    ) -> None:
        """Record an event that is not part of a change of the database."""
        with self._database.changing() as session:
            self._record(session, [Event(name, name, tenant_uuid, user_uuid, data)])

    def find(self, scope: EventScope, event_filter: EventFilter) -> EventPage:
        """Return the events in a scope that match a filter.

        Raises:
            InvalidData: The cursor `event_filter.after` is higher than any sequence number of this database.
        """
        with self._database.reading() as session:
            counters = dao.find_counters(session)
            _check_cursor(event_filter.after, counters)
            items = dao.find(session, scope, event_filter, counters.recorded)
        is_full = len(items) == event_filter.limit
        last = items[-1].sequence if is_full and items else counters.recorded
        return EventPage(items, last, expired=event_filter.after < counters.removed)

    def find_or_wait(self, scope: EventScope, event_filter: EventFilter, max_wait: float) -> EventPage:
        """Return events as `find` does; if there are none, wait up to `max_wait` seconds for the first one.

        Does not wait if too many readers are waiting already.
        """
        page = self.find(scope, event_filter)
        if page.items or max_wait <= 0:
            return page
        deadline = Deadline.after(max_wait)
        with self._slot() as has_slot:
            while has_slot and not page.items and self.watch.wait_for_newer(page.next, deadline):
                next_page = self.find(scope, replace(event_filter, after=page.next))
                page = replace(next_page, expired=page.expired)
        return page

    def counters(self) -> Counters:
        """Return the last recorded, published and removed sequence numbers."""
        with self._database.reading() as session:
            return dao.find_counters(session)

    def backlog(self) -> Backlog:
        """Return how many events wait for the broker, and for how long."""
        with self._database.reading() as session:
            counters = dao.find_counters(session)
            oldest = dao.find_recorded_at(session, counters.published)
        waiting = counters.recorded - counters.published
        return Backlog(waiting, max(0.0, time.time() - oldest) if waiting and oldest else 0.0)

    def find_unpublished(self, limit: int) -> Sequence[RecordedEvent]:
        """Return the next events to publish, in order."""
        with self._database.reading() as session:
            return dao.find_unpublished(session, limit)

    def mark_published(self, sequence: int) -> None:
        """Record that the broker has confirmed every event up to `sequence`."""
        with self._database.changing() as session:
            dao.mark_published(session, sequence)

    def remove_old(self, max_age: float, keep_unpublished: bool) -> int:
        """Remove old events in batches, one transaction each.

        Args:
            max_age: Remove events that are older, in seconds.
            keep_unpublished: If True, keep events that the broker has not confirmed.

        Returns:
            The number of removed events.
        """
        counters = self.counters()
        last = counters.published if keep_unpublished else counters.recorded
        removed = 0
        while True:
            with self._database.changing() as session:
                removed_in_batch = dao.remove_old(session, time.time() - max_age, last, _REMOVE_BATCH_SIZE)
            removed += removed_in_batch
            if removed_in_batch < _REMOVE_BATCH_SIZE:
                return removed

    def to_envelope(self, recorded: RecordedEvent) -> JsonObject:
        """Return an event in the form that consumers get."""
        return envelope(recorded, self.origin_uuid)

    def _record(self, session: Session, events: Sequence[Event]) -> None:
        if not events:
            return
        dao.record(session, events)
        after_commit(session, self.watch.wake)

    @contextmanager
    def _slot(self) -> Iterator[bool]:
        """Occupy one of the slots of waiting readers; yield whether one was free."""
        has_slot = self._slots.acquire(blocking=False)
        try:
            yield has_slot
        finally:
            if has_slot:
                self._slots.release()


def _check_cursor(after: int, counters: Counters) -> None:
    if after > counters.recorded:
        problem = f"there is no event {after} in this database, the last is {counters.recorded}"
        raise InvalidData(f"after: {problem}", {"after": [problem]})
