"""What can be done with events: record them with their change, read them, hand them to the broker, forget old ones."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from xivo_dird.database.engine import Database, Session, after_commit
from xivo_dird.events import dao
from xivo_dird.events.envelope import Metadata, envelope
from xivo_dird.events.fact import Fact
from xivo_dird.events.model import Counters, Cut, Event, EventPage, RecordedEvent, Scope
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

    def __init__(self, database: Database, origin_uuid: str | None = None, most_held: int = 1) -> None:
        """Keep them in `database`; `origin_uuid` is this installation. `most_held` readers may wait at a time."""
        self._database = database
        self.origin_uuid = origin_uuid
        self._seats = threading.BoundedSemaphore(most_held)
        self.watch = EventWatch(lambda: self.counters().recorded)

    def record(self, session: Session, *facts: Fact) -> None:
        """Record facts in the transaction of their change, as the last thing in it."""
        self._record(session, [fact.event() for fact in facts])

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

    def find(self, scope: Scope, cut: Cut) -> EventPage:
        """Find the first events of a scope within a cut. Raises `InvalidData` for a cursor of another database."""
        with self._database.reading() as session:
            counters = dao.find_counters(session)
            _check_cursor(cut.after, counters)
            items = dao.find(session, scope, cut, counters.recorded)
        is_full = len(items) == cut.limit
        last = items[-1].sequence if is_full and items else counters.recorded
        return EventPage(items, last, expired=cut.after < counters.removed)

    def find_or_wait(self, scope: Scope, cut: Cut, seconds: float) -> EventPage:
        """Find events; when there are none, wait for the first, so many seconds at most.

        Answers at once, with what there is, when too many wait already.
        """
        page = self.find(scope, cut)
        if page.items or seconds <= 0:
            return page
        deadline = Deadline.after(seconds)
        with self._seat() as seated:
            while seated and not page.items and self.watch.wait_beyond(page.next, deadline):
                further = self.find(scope, replace(cut, after=page.next))
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
    def _seat(self) -> Iterator[bool]:
        seated = self._seats.acquire(blocking=False)
        try:
            yield seated
        finally:
            if seated:
                self._seats.release()


def _check_cursor(after: int, counters: Counters) -> None:
    if after > counters.recorded:
        problem = f"there is no event {after} in this database, the last is {counters.recorded}"
        raise InvalidData(f"after: {problem}", {"after": [problem]})
