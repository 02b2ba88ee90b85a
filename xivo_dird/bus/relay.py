"""The relay: sends recorded events to the broker, in order, each until the broker has it.

Over all processes of a database one relay is active at a time. It marks events only once they are confirmed, so a
crash at any instant loses none; consumers may see some twice, with the same id.
"""

import logging

import orjson

from xivo_dird.bus.broker import Broker
from xivo_dird.bus.publisher import Message, Publisher
from xivo_dird.bus.state import StateBox
from xivo_dird.database.exclusive import Exclusive
from xivo_dird.events.envelope import SHORT_STRING, envelope, metadata, routing_key
from xivo_dird.events.model import RecordedEvent
from xivo_dird.events.service import EventService
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import RetryLoop

logger = logging.getLogger(__name__)

BATCH = 500
GATHER_SECONDS = 0.02
"""So long are events gathered, so that a burst of them costs few transactions."""

TURN_SECONDS = 1.0
MAX_PAUSE_SECONDS = 5.0


class Relay:
    """A thread that is the active relay, or waits to become it."""

    def __init__(self, broker: Broker, events: EventService, exclusive: Exclusive) -> None:
        """Send what `events` has; `exclusive` says who may."""
        self._broker = broker
        self._events = events
        self._exclusive = exclusive
        self._background = Background("bus-relay", self._run)
        self.state = StateBox("it has not connected yet")
        self._retry = RetryLoop(self._background, MAX_PAUSE_SECONDS)
        self.is_active = False
        self.unroutable = 0

    def start(self) -> None:
        """Work in a thread; nobody waits for the broker."""
        self._background.start()

    def stop(self) -> None:
        """Stop; what is not confirmed is sent by the next relay."""
        self._background.stop()
        self._exclusive.release()

    def _run(self) -> None:
        self._retry.run(self._attempt, self._failed)

    def _failed(self, error: Exception) -> None:
        self.state.report(error, "Events wait", "relay")

    def _attempt(self) -> None:
        self.is_active = self._exclusive.hold()
        if not self.is_active:
            self.state.connected()
            self._background.wait(TURN_SECONDS)
            return
        with self._broker.connected(self._on_blocked) as connection:
            publisher = Publisher(connection, self._broker.exchange, self._count_unroutable)
            self.state.connected()
            self._relay(publisher)

    def _relay(self, publisher: Publisher) -> None:
        """Send while it is our turn."""
        while not self._background.is_stopping() and self._exclusive.hold():
            batch = self._events.find_unpublished(BATCH)
            if not batch:
                self._wait_for_more(publisher)
                continue
            publisher.send([self._message(recorded) for recorded in batch], self._background.is_stopping)
            self._events.mark_published(batch[-1].sequence)
            self._retry.note_progress()

    def _wait_for_more(self, publisher: Publisher) -> None:
        published = self._events.counters().published
        if self._events.watch.wait_beyond(published, Deadline.after(TURN_SECONDS)):
            self._background.wait(GATHER_SECONDS)
            return
        publisher.listen(0.001)

    def _message(self, recorded: RecordedEvent) -> Message:
        origin_uuid = self._events.origin_uuid
        headers = {
            name: value
            for name, value in metadata(recorded, origin_uuid).items()
            if len(name.encode()) <= SHORT_STRING
        }
        body = orjson.dumps(envelope(recorded, origin_uuid))
        return Message(recorded.id, routing_key(recorded.event), headers, body)

    def _count_unroutable(self, count: int) -> None:
        self.unroutable += count

    def _on_blocked(self, is_blocked: bool) -> None:
        if not is_blocked:
            self.state.connected()
            logger.info("The broker takes messages again")
            return
        self.state.hindered("the broker takes no message for now: it has an alarm")
        logger.warning("The broker takes no message for now: it has an alarm; events wait")
