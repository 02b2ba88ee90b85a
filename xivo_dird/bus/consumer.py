"""The consumer: passes events from a durable queue, shared by all replicas, to the listeners.

A message is acknowledged after it has been handled. A message that can't be handled is logged and goes to the
dead-letter queue. A message that makes the daemon crash repeatedly goes there too.
"""

import logging
from collections import deque
from collections.abc import Callable

from kombu import Connection, Queue
from kombu.transport.pyamqp import Channel

from xivo_dird.bus.broker import Broker, translate_errors
from xivo_dird.bus.deliveries import Delivery, DeliveryReader
from xivo_dird.bus.dispatcher import Dispatcher
from xivo_dird.bus.messages import UnreadableMessage, cut, describe, read_event
from xivo_dird.bus.state import StateHolder
from xivo_dird.config.schema import Bus
from xivo_dird.threads.background import Background
from xivo_dird.threads.retry import MIN_PAUSE_SECONDS, RetryLoop

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""Seconds of one wait for messages; the consumer checks between two waits whether it is stopping."""

MAX_PAUSE_SECONDS = 10.0
MAX_DELIVERIES = 20
"""Deliveries before the broker moves a message to the dead-letter queue; each crash while handling counts."""

MAX_REASON_CHARACTERS = 300
"""The maximum length of the reason in the log line of a dead letter."""


class BusConsumer:
    """A thread that passes messages to a dispatcher, one at a time."""

    def __init__(
        self,
        broker: Broker,
        settings: Bus,
        create_dispatcher: Callable[[Callable[[float], object]], Dispatcher],
        check_store: Callable[[], None],
        count_dead_letter: Callable[[], None],
        poll_seconds: float = POLL_SECONDS,
        min_pause: float = MIN_PAUSE_SECONDS,
    ) -> None:
        """Create a stopped consumer.

        Args:
            broker: Opens the connection.
            settings: The `bus` section of the configuration.
            create_dispatcher: Creates the dispatcher, given a function that waits for a number of seconds, or until
                the consumer stops.
            check_store: Raises `StoreUnavailable` while no message should be consumed.
            count_dead_letter: Called for each message that goes to the dead-letter queue.
            poll_seconds: Seconds of one wait for messages.
            min_pause: Seconds until the consumer connects again, after its first failure.
        """
        self._broker = broker
        self._settings = settings
        self._check_store = check_store
        self._count_dead_letter = count_dead_letter
        self._poll_seconds = poll_seconds
        self._background = Background("bus-consumer", self._run)
        self._dispatcher = create_dispatcher(self._background.wait)
        self.state = StateHolder("it has not connected yet")
        self._retry = RetryLoop(self._background, MAX_PAUSE_SECONDS, min_pause)
        self.dead_letters = 0

    def start(self) -> None:
        """Start the thread without waiting for the broker."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread; the broker delivers unacknowledged messages again, to this daemon or a replica."""
        self._background.stop()

    def _run(self) -> None:
        self._retry.run(self._connect_and_consume, self._report_failure)

    def _report_failure(self, error: Exception) -> None:
        self.state.report_failure(error, "No event of the bus is handled for now", "consumer")

    def _connect_and_consume(self) -> None:
        self._check_store()
        deliveries: deque[Delivery] = deque()
        reader = DeliveryReader(self._settings.max_message_size, deliveries.append)
        with self._broker.connect(frame_handler=reader) as connection:
            self._consume(connection, deliveries)

    def _consume(self, connection: Connection, deliveries: deque[Delivery]) -> None:
        channel = connection.channel()
        channel.basic_qos(prefetch_size=0, prefetch_count=1, a_global=False)
        self._declare(connection)
        channel.basic_consume(self._settings.queue_name)
        self.state.set_connected()
        while not self._background.is_stopping():
            try:
                connection.drain_events(timeout=self._poll_seconds)
            except TimeoutError:
                connection.heartbeat_check()
            while deliveries:
                self._receive(channel, deliveries.popleft())

    def _declare(self, connection: Connection) -> None:
        """Declare the queue, its dead-letter queue and one binding per event."""
        name, exchange = self._settings.queue_name, self._broker.exchange
        dead_letter_name = self._dead_letter_queue_name()
        channel = connection.channel()
        exchange(channel).declare()
        Queue(dead_letter_name, durable=True)(channel).declare()
        arguments = {
            "x-queue-type": "quorum",
            "x-delivery-limit": MAX_DELIVERIES,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead_letter_name,
        }
        queue = Queue(name, durable=True, queue_arguments=arguments)
        bound = queue(channel)
        bound.queue_declare()
        for event_name in self._dispatcher.event_names:
            bound.bind_to(exchange, arguments={"x-match": "all", "name": event_name})

    def _dead_letter_queue_name(self) -> str:
        return f"{self._settings.queue_name}.dead"

    def _receive(self, channel: Channel, delivery: Delivery) -> None:
        """Handle a message; after `Unavailable` it is not acknowledged, so the broker delivers it again."""
        try:
            event = read_event(delivery, self._settings.max_message_size)
            failures = self._dispatcher.dispatch(event)
        except UnreadableMessage as error:
            self._dead_letter(channel, delivery, error.message)
            return
        self._retry.reset_backoff()
        if failures:
            reason = "; ".join(f"listener {f.listener!r}: {f.error}" for f in failures)
            self._dead_letter(channel, delivery, reason)
            return
        with translate_errors():
            channel.basic_ack(delivery.tag)

    def _dead_letter(self, channel: Channel, delivery: Delivery, reason: str) -> None:
        self.dead_letters += 1
        self._count_dead_letter()
        logger.error(
            "Message %s moved to the dead-letter queue %r: %s",
            describe(delivery),
            self._dead_letter_queue_name(),
            cut(reason, MAX_REASON_CHARACTERS),
        )
        with translate_errors():
            channel.basic_reject(delivery.tag, requeue=False)
