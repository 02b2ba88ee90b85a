"""The publisher: sends batches of messages in order and waits for the confirms of the broker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kombu import Connection, Exchange, Producer

from xivo_dird.exceptions import BrokerUnavailable

CONFIRM_POLL_SECONDS = 0.5
"""Seconds of one wait for confirms; the publisher checks between two waits whether the daemon is stopping."""

PERSISTENT = 2
"""The AMQP delivery mode of messages that survive a restart of the broker."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: JSON body, AMQP headers, and an id that stays the same when it is sent again."""

    id: str
    routing_key: str
    headers: dict[str, object]
    body: bytes


class UnroutableCounter(Protocol):
    """Counts messages that the broker returned because no queue is bound for them."""

    def __call__(self, count: int, /) -> None:
        """Add `count` messages."""


class Publisher:
    """One channel in confirm mode, for use by a single thread."""

    def __init__(
        self, connection: Connection, exchange: Exchange, count_unroutable: UnroutableCounter
    ) -> None:
        """Open the channel; the first message declares the exchange."""
        self._connection = connection
        channel = connection.channel()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(lambda *_returned: count_unroutable(1))
        self._producer = Producer(channel, exchange)
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._refused = False

    def send(self, messages: Sequence[Message], is_stopping: Callable[[], bool]) -> None:
        """Send messages in order and wait until the broker has confirmed all of them.

        If this raises, some of the messages may have arrived.

        Raises:
            BrokerUnavailable: The broker refused a message, or `is_stopping` returned True.
            Exception: The connection broke; `Broker.connect` translates the errors of the AMQP library.
        """
        for message in messages:
            self._sent += 1
            self._unconfirmed.add(self._sent)
            self._producer.publish(
                message.body,
                routing_key=message.routing_key,
                headers=message.headers,
                message_id=message.id,
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=PERSISTENT,
                mandatory=True,
            )
        while self._unconfirmed:
            if is_stopping():
                raise BrokerUnavailable("the daemon stops")
            self.process_incoming(CONFIRM_POLL_SECONDS)
        if self._refused:
            raise BrokerUnavailable("the broker refused a message; it is sent again")

    def process_incoming(self, timeout: float) -> None:
        """Wait up to `timeout` seconds for frames such as confirms, and keep the connection alive."""
        try:
            self._connection.drain_events(timeout=timeout)
        except TimeoutError:
            self._connection.heartbeat_check()

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > delivery_tag}
            return
        self._unconfirmed.discard(delivery_tag)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused = True
        self._on_ack(delivery_tag, multiple)
