"""The relay: publishes recorded events in order and marks them as published once the broker confirmed them.

Of all processes that share a database one relay is active at a time. A crash at any moment loses no event.
Consumers may receive an event twice, with the same id.
"""

import logging
from collections.abc import Callable, Sequence

import orjson

from xivo_dird.bus.broker import Broker
from xivo_dird.bus.publisher import Message, MessageRefused, Publisher, QueueFull
from xivo_dird.bus.state import StateHolder
from xivo_dird.database.exclusive import ProcessLock
from xivo_dird.events.envelope import MAX_SHORT_STRING_BYTES, JsonObject, envelope, metadata, routing_key
from xivo_dird.events.model import RecordedEvent
from xivo_dird.events.service import EventService
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import MIN_PAUSE_SECONDS, RetryLoop

logger = logging.getLogger(__name__)

BATCH_SIZE = 500
BATCH_DELAY_SECONDS = 0.02
"""Seconds to wait after a new event, so that a burst of events costs few transactions."""

LOCK_POLL_SECONDS = 1.0
"""Seconds between two checks of the lock, by an inactive relay and by an active one with nothing to send."""

DRAIN_SECONDS = 0.001
"""Seconds to wait for frames of the broker while there is nothing to send."""

MAX_PAUSE_SECONDS = 5.0

MAX_HEADER_BYTES = 4096
"""The maximum size of the value of an AMQP header; all headers together must fit into a frame."""


class Relay:
    """A thread that is the active relay of the database, or waits to become it."""

    def __init__(
        self,
        broker: Broker,
        events: EventService,
        lock: ProcessLock,
        count_refused: Callable[[], None],
        min_pause: float = MIN_PAUSE_SECONDS,
    ) -> None:
        """Create a stopped relay.

        Args:
            broker: Opens the connection.
            events: The events to publish.
            lock: The relay is active while it holds this lock.
            count_refused: Called for each event that the broker refused.
            min_pause: Seconds until the relay connects again, after its first failure.
        """
        self._broker = broker
        self._events = events
        self._lock = lock
        self._count_refused = count_refused
        self._background = Background("bus-relay", self._run)
        self.state = StateHolder("it has not connected yet")
        self._retry = RetryLoop(self._background, MAX_PAUSE_SECONDS, min_pause)
        self.is_active = False
        self.unroutable = 0
        self.refused = 0
        self._is_careful = False

    def start(self) -> None:
        """Start the thread without waiting for the broker."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread and release the lock; the next relay sends what is not confirmed."""
        self._background.stop()
        self._lock.release()

    def _run(self) -> None:
        self._retry.run(self._relay_if_active, self._report_failure)

    def _report_failure(self, error: Exception) -> None:
        self.state.report_failure(error, "Events wait", "relay")

    def _relay_if_active(self) -> None:
        self.is_active = self._lock.try_acquire()
        if not self.is_active:
            self.state.set_connected()
            self._background.wait(LOCK_POLL_SECONDS)
            return
        with self._broker.connect(self._on_blocked) as connection:
            publisher = Publisher(connection, self._broker.exchange, self._count_unroutable)
            self.state.set_connected()
            self._relay(publisher)

    def _relay(self, publisher: Publisher) -> None:
        """Publish events in batches while this process holds the lock, until the broker refuses one of them."""
        while not self._background.is_stopping() and self._lock.try_acquire():
            batch, has_more = self._events.find_unpublished(BATCH_SIZE)
            if batch and not self._publish(publisher, batch):
                return
            if not has_more:
                self._wait_for_events(publisher, self._events.counters().published)

    def _publish(self, publisher: Publisher, batch: Sequence[RecordedEvent]) -> bool:
        """Publish events, after a refusal each by itself; return False if the broker refused one.

        The broker does not tell which message of a batch it refused.
        """
        step = 1 if self._is_careful else len(batch)
        for start in range(0, len(batch), step):
            part = batch[start : start + step]
            try:
                publisher.send([self._message(recorded) for recorded in part], self._background.is_stopping)
            except MessageRefused as error:
                self._mark_confirmed(batch, start + error.confirmed)
                self._handle_refusal(part, error)
                self._retry.reset_backoff()
                return False
            except QueueFull as error:
                self._mark_confirmed(batch, start + error.confirmed)
                self._is_careful = True
                raise
        self._is_careful = False
        self._mark_confirmed(batch, len(batch))
        self._retry.reset_backoff()
        return True

    def _mark_confirmed(self, batch: Sequence[RecordedEvent], count: int) -> None:
        """Record that the first `count` events of a batch were published."""
        if count:
            self._events.mark_published(batch[count - 1].sequence)
        for recorded in batch[:count]:
            if recorded.data is None:
                logger.warning(
                    "%s is larger than events.max_event_size; it was published without its data",
                    _description(recorded),
                )

    def _handle_refusal(self, refused: Sequence[RecordedEvent], error: MessageRefused) -> None:
        """Skip an event that was refused by itself; events are sent one by one until none is refused."""
        self._is_careful = True
        if len(refused) > 1:
            return
        self._events.mark_published(refused[0].sequence)
        self.refused += 1
        self._count_refused()
        logger.error(
            "%s was refused by the broker and is not published: %s", _description(refused[0]), error.message
        )

    def _wait_for_events(self, publisher: Publisher, published: int) -> None:
        if self._events.watch.wait_for_newer(published, Deadline.after(LOCK_POLL_SECONDS)):
            self._background.wait(BATCH_DELAY_SECONDS)
            return
        publisher.process_incoming(DRAIN_SECONDS)

    def _message(self, recorded: RecordedEvent) -> Message:
        origin_uuid = self._events.origin_uuid
        headers = _headers(metadata(recorded, origin_uuid))
        body = orjson.dumps(envelope(recorded, origin_uuid))
        return Message(recorded.id, routing_key(recorded), headers, body)

    def _count_unroutable(self, count: int) -> None:
        self.unroutable += count

    def _on_blocked(self, is_blocked: bool) -> None:
        if not is_blocked:
            self.state.set_connected()
            logger.info("The broker accepts messages again")
            return
        self.state.set_blocked("the broker takes no message for now: it has an alarm")
        logger.warning("The broker has an alarm and accepts no messages; events wait")


def _headers(values: JsonObject) -> dict[str, object]:
    """Return the metadata of an event as AMQP headers, without those that AMQP can't transport."""
    return {
        name: value
        for name, value in values.items()
        if len(name.encode()) <= MAX_SHORT_STRING_BYTES
        and not (isinstance(value, str) and len(value.encode()) > MAX_HEADER_BYTES)
    }


def _description(recorded: RecordedEvent) -> str:
    """Return what identifies an event, for the log."""
    return f"The event {recorded.sequence} ({recorded.name[:100]!r}, id {recorded.id})"
