"""What can be done with events: record them with their change, read them, hand them to the broker, forget old ones."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from xivo_dird.database.engine import Database, Session, after_commit
from xivo_dird.events import dao
from xivo_dird.events.domain_event import DomainEvent
from xivo_dird.events.envelope import Metadata, envelope
from xivo_dird.events.model import Counters, Event, EventFilter, EventPage, EventScope, RecordedEvent
from xivo_dird.events.watch import EventWatch
from xivo_dird.exceptions import InvalidData
from xivo_dird.threads.deadline import Deadline

_REMOVED_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Backlog:
    """Events that the broker does not have yet: how many, and how many seconds the oldest has waited."""

    waiting: int
    seconds: float


class EventService:
    """The events of every tenant."""

    def __init__(self, database: Database, origin_uuid: str | None = None, max_waiting: int = 1) -> None:
        """Keep them in `database`; `origin_uuid` is this installation. `max_waiting` readers may wait at a time."""
        self._database = database
        self.origin_uuid = origin_uuid
        self._slots = threading.BoundedSemaphore(max_waiting)
        self.watch = EventWatch(lambda: self.counters().recorded)

    def record(self, session: Session, *changes: DomainEvent) -> None:
        """Record events in the transaction of their change, as the last thing in it."""
        self._record(session, [change.event() for change in changes])

    def publish(
        self,
        name: str,
        data: Mapping[str, object],
        tenant_uuid: str | None = None,
        user_uuid: str | None = None,
    ) -> None:
        """Record an event that comes with no change of the store."""
        with self._database.changing() as session:
            self._record(session, [Event(name, name, tenant_uuid, user_uuid, data)])

    def find(self, scope: EventScope, event_filter: EventFilter) -> EventPage:
        """Return the events of a scope that pass a filter. Raises `InvalidData` for a cursor of another database."""
        with self._database.reading() as session:
            counters = dao.find_counters(session)
            _check_cursor(event_filter.after, counters)
            items = dao.find(session, scope, event_filter, counters.recorded)
        is_full = len(items) == event_filter.limit
        last = items[-1].sequence if is_full and items else counters.recorded
        return EventPage(items, last, expired=event_filter.after < counters.removed)

    def find_or_wait(self, scope: EventScope, event_filter: EventFilter, seconds: float) -> EventPage:
        """Find events; when there are none, wait for the first, so many seconds at most.

        Answers at once, with what there is, when too many wait already.
        """
        page = self.find(scope, event_filter)
        if page.items or seconds <= 0:
            return page
        deadline = Deadline.after(seconds)
        with self._slot() as has_slot:
            while has_slot and not page.items and self.watch.wait_beyond(page.next, deadline):
                further = self.find(scope, replace(event_filter, after=page.next))
                page = replace(further, expired=page.expired)
        return page

    def counters(self) -> Counters:
        """Tell how far the store is."""
        with self._database.reading() as session:
            return dao.find_counters(session)

    def backlog(self) -> Backlog:
        """Tell what waits for the broker."""
        with self._database.reading() as session:
            counters = dao.find_counters(session)
            oldest = dao.find_recorded_at(session, counters.published)
        waiting = counters.recorded - counters.published
        return Backlog(waiting, max(0.0, time.time() - oldest) if waiting and oldest else 0.0)

    def find_unpublished(self, limit: int) -> Sequence[RecordedEvent]:
        """Find the next events for the broker, in order."""
        with self._database.reading() as session:
            return dao.find_unpublished(session, limit)

    def mark_published(self, sequence: int) -> None:
        """Remember that the broker has every event up to `sequence`."""
        with self._database.changing() as session:
            dao.mark_published(session, sequence)

    def remove_old(self, keep_seconds: float, keep_unpublished: bool) -> int:
        """Remove events that are older, but none that the broker still has to get; answer how many."""
        counters = self.counters()
        last = counters.published if keep_unpublished else counters.recorded
        removed = 0
        while True:
            with self._database.changing() as session:
                some = dao.remove_old(session, time.time() - keep_seconds, last, _REMOVED_AT_ONCE)
            removed += some
            if some < _REMOVED_AT_ONCE:
                return removed

    def shown(self, recorded: RecordedEvent) -> Metadata:
        """Show an event as consumers see it."""
        return envelope(recorded, self.origin_uuid)

    def _record(self, session: Session, events: Sequence[Event]) -> None:
        if not events:
            return
        dao.record(session, events)
        after_commit(session, self.watch.poke)

    @contextmanager
    def _slot(self) -> Iterator[bool]:
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
