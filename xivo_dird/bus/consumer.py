"""The consumer: events of other programs, from a durable queue that all replicas share, to the listeners.

A message is acknowledged after it was handled. What can't be handled is set aside in the queue's dead-letter queue, and
named in the log; so is what made the daemon end again and again.
"""

import logging
from collections.abc import Callable

from kombu import Connection, Consumer, Queue
from kombu.message import Message

from xivo_dird.bus.broker import Broker, translated
from xivo_dird.bus.dispatcher import Dispatcher
from xivo_dird.bus.messages import UnreadableMessage, read_event
from xivo_dird.bus.state import StateBox
from xivo_dird.config.schema import Bus
from xivo_dird.threads.background import Background
from xivo_dird.threads.retry import RetryLoop

logger = logging.getLogger(__name__)

LISTEN_SECONDS = 0.5
MAX_PAUSE_SECONDS = 10.0
DELIVERIES = 20
"""So often is a message delivered before the broker sets it aside; each crash while it is handled counts."""


class BusConsumer:
    """A thread that hands events to a dispatcher, one at a time."""

    def __init__(
        self,
        broker: Broker,
        settings: Bus,
        make_dispatcher: Callable[[Callable[[float], object]], Dispatcher],
        check_store: Callable[[], None],
    ) -> None:
        """`make_dispatcher` gets what waits for seconds, less when the consumer stops.

        `check_store` raises `StoreUnavailable` while no message should be taken.
        """
        self._broker = broker
        self._settings = settings
        self._check_store = check_store
        self._background = Background("bus-consumer", self._run)
        self._dispatcher = make_dispatcher(self._background.wait)
        self.state = StateBox("it has not connected yet")
        self._retry = RetryLoop(self._background, MAX_PAUSE_SECONDS)
        self.set_aside = 0

    def start(self) -> None:
        """Work in a thread; nobody waits for the broker."""
        self._background.start()

    def stop(self) -> None:
        """Stop; what is not acknowledged is delivered again, here or to a replica."""
        self._background.stop()

    def _run(self) -> None:
        self._retry.run(self._attempt, self._failed)

    def _failed(self, error: Exception) -> None:
        self.state.report(error, "No event of the bus is handled for now", "consumer")

    def _attempt(self) -> None:
        self._check_store()
        with self._broker.connected() as connection:
            self._consume(connection)

    def _consume(self, connection: Connection) -> None:
        channel = connection.channel()
        channel.basic_qos(prefetch_size=0, prefetch_count=1, a_global=False)
        queue = self._declare(connection)
        with Consumer(channel, [queue], on_message=self._receive, auto_declare=False):
            self.state.connected()
            while not self._background.is_stopping():
                try:
                    connection.drain_events(timeout=LISTEN_SECONDS)
                except TimeoutError:
                    connection.heartbeat_check()

    def _declare(self, connection: Connection) -> Queue:
        """Make the queue, its dead-letter queue, and one binding per event."""
        name, exchange = self._settings.queue_name, self._broker.exchange
        dead = f"{name}.dead"
        channel = connection.channel()
        exchange(channel).declare()
        Queue(dead, durable=True)(channel).declare()
        arguments = {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERIES,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead,
        }
        queue = Queue(name, durable=True, queue_arguments=arguments)
        bound = queue(channel)
        bound.queue_declare()
        for event_name in self._dispatcher.event_names:
            bound.bind_to(exchange, arguments={"x-match": "all", "name": event_name})
        return queue

    def _receive(self, message: Message) -> None:
        """Handle a message; after `Unavailable` it stays with the broker, and comes again."""
        try:
            event = read_event(message, self._settings.max_message_size)
            failures = self._dispatcher.dispatch(event)
        except UnreadableMessage as error:
            self._set_aside(message, error.message)
            return
        self._retry.note_progress()
        if failures:
            self._set_aside(message, "; ".join(f"listener {f.listener!r}: {f.error}" for f in failures))
            return
        with translated():
            message.ack()

    def _set_aside(self, message: Message, problem: str) -> None:
        self.set_aside += 1
        told = message.properties.get("message_id") or message.headers.get("name") or "without an id"
        where = f"{self._settings.queue_name}.dead"
        logger.error("The message %.100r is set aside in the queue %r: %s", told, where, problem)
        with translated():
            message.reject(requeue=False)
