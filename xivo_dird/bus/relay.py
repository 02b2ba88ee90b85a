"""The relay: publishes recorded events in order and marks them as published once the broker confirmed them.

Of all processes that share a database one relay is active at a time. A crash at any moment loses no event.
Consumers may receive an event twice, with the same id.
"""

import logging

import orjson

from xivo_dird.bus.broker import Broker
from xivo_dird.bus.publisher import Message, Publisher
from xivo_dird.bus.state import StateHolder
from xivo_dird.database.exclusive import ProcessLock
from xivo_dird.events.envelope import MAX_SHORT_STRING_BYTES, envelope, metadata, routing_key
from xivo_dird.events.model import RecordedEvent
from xivo_dird.events.service import EventService
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import RetryLoop

logger = logging.getLogger(__name__)

BATCH_SIZE = 500
BATCH_DELAY_SECONDS = 0.02
"""Seconds to wait after a new event, so that a burst of events costs few transactions."""

LOCK_POLL_SECONDS = 1.0
"""Seconds between two checks of the lock, by an inactive relay and by an active one with nothing to send."""

DRAIN_SECONDS = 0.001
"""Seconds to wait for frames of the broker while there is nothing to send."""

MAX_PAUSE_SECONDS = 5.0


class Relay:
    """A thread that is the active relay of the database, or waits to become it."""

    def __init__(self, broker: Broker, events: EventService, lock: ProcessLock) -> None:
        """Create a stopped relay for `events`; it is active while it holds `lock`."""
        self._broker = broker
        self._events = events
        self._lock = lock
        self._background = Background("bus-relay", self._run)
        self.state = StateHolder("it has not connected yet")
        self._retry = RetryLoop(self._background, MAX_PAUSE_SECONDS)
        self.is_active = False
        self.unroutable = 0

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
        """Publish events in batches while this process holds the lock."""
        while not self._background.is_stopping() and self._lock.try_acquire():
            batch = self._events.find_unpublished(BATCH_SIZE)
            if not batch:
                self._wait_for_events(publisher)
                continue
            publisher.send([self._message(recorded) for recorded in batch], self._background.is_stopping)
            self._events.mark_published(batch[-1].sequence)
            self._retry.reset_backoff()

    def _wait_for_events(self, publisher: Publisher) -> None:
        published = self._events.counters().published
        if self._events.watch.wait_for_newer(published, Deadline.after(LOCK_POLL_SECONDS)):
            self._background.wait(BATCH_DELAY_SECONDS)
            return
        publisher.process_incoming(DRAIN_SECONDS)

    def _message(self, recorded: RecordedEvent) -> Message:
        origin_uuid = self._events.origin_uuid
        headers = {
            name: value
            for name, value in metadata(recorded, origin_uuid).items()
            if len(name.encode()) <= MAX_SHORT_STRING_BYTES
        }
        body = orjson.dumps(envelope(recorded, origin_uuid))
        return Message(recorded.id, routing_key(recorded.event), headers, body)

    def _count_unroutable(self, count: int) -> None:
        self.unroutable += count

    def _on_blocked(self, is_blocked: bool) -> None:
        if not is_blocked:
            self.state.set_connected()
            logger.info("The broker accepts messages again")
            return
        self.state.set_blocked("the broker takes no message for now: it has an alarm")
        logger.warning("The broker has an alarm and accepts no messages; events wait")
