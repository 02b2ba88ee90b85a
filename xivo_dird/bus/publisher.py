"""Sends messages and knows that the broker has them: publisher confirms, many under way at a time, in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kombu import Connection, Exchange, Producer

from xivo_dird.exceptions import BrokerUnavailable

LISTENER_WAIT_SECONDS = 0.5
PERSISTENT = 2


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a JSON body, AMQP headers, an id that stays when it is sent again."""

    id: str
    routing_key: str
    headers: dict[str, object]
    body: bytes


class Counted(Protocol):
    """Is told of messages that no queue wanted."""

    def __call__(self, count: int, /) -> None:
        """So many more."""


class Publisher:
    """One channel in confirm mode. Used by one thread."""

    def __init__(self, connection: Connection, exchange: Exchange, count_unroutable: Counted) -> None:
        """Declare the exchange, open the channel."""
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
        """Send messages in order and wait until the broker has them all.

        Raises `BrokerUnavailable` if it refuses one, is lost, or `is_stopping`; then some may have arrived.
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
            self.listen(LISTENER_WAIT_SECONDS)
        if self._refused:
            raise BrokerUnavailable("the broker refused a message; it is sent again")

    def listen(self, seconds: float) -> None:
        """Hear what the broker says for so long at most, and keep the connection alive."""
        try:
            self._connection.drain_events(timeout=seconds)
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
