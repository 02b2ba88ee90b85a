"""The publisher: sends batches of messages in order and waits for the confirms of the broker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from amqp.exceptions import PreconditionFailed
from amqp.spec import Basic
from kombu import Connection, Exchange, Producer

from xivo_dird.exceptions import BrokerUnavailable, DirdError

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


class MessageRefused(DirdError):
    """The broker will never accept one message of a batch, for example because of its size; it closed the channel.

    Attributes:
        confirmed: How many messages at the start of the batch the broker has confirmed.
    """

    def __init__(self, reason: str, confirmed: int) -> None:
        """Create an error with the reason that the broker gave."""
        super().__init__(reason)
        self.confirmed = confirmed


class QueueFull(BrokerUnavailable):
    """The broker can't take a message at present: a queue that it is routed to is full (`reject-publish`).

    Attributes:
        confirmed: How many messages at the start of the batch the broker has confirmed.
    """

    def __init__(self, confirmed: int) -> None:
        """Create an error."""
        super().__init__("the broker takes no message for now: a queue is full")
        self.confirmed = confirmed


class UnroutableCounter(Protocol):
    """Counts messages that the broker returned because no queue is bound for them."""

    def __call__(self, count: int, /) -> None:
        """Add `count` messages."""


class Publisher:
    """One channel in confirm mode, for use by a single thread."""

    def __init__(
        self, connection: Connection, exchange: Exchange, count_unroutable: UnroutableCounter
    ) -> None:
        """Open the channel and declare the exchange."""
        self._connection = connection
        channel = connection.channel()
        exchange(channel).declare()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(lambda *_returned: count_unroutable(1))
        self._producer = Producer(channel, exchange, auto_declare=False)
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._nacked: set[int] = set()

    def send(self, messages: Sequence[Message], is_stopping: Callable[[], bool]) -> None:
        """Send messages in order and wait until the broker has confirmed all of them.

        If this raises, some of the messages may have arrived, and the publisher can't be used any longer.

        Raises:
            MessageRefused: The broker will never accept one of the messages.
            QueueFull: The broker can't take one of the messages at present.
            BrokerUnavailable: `is_stopping` returned True.
            Exception: The connection broke; `Broker.connect` translates the errors of the AMQP library.
        """
        first = self._sent + 1
        try:
            self._send(messages)
            self._wait_for_confirms(is_stopping)
        except PreconditionFailed as error:
            if error.method_sig != Basic.Publish:
                raise
            raise MessageRefused(str(error), self._count_confirmed(first)) from error
        if self._nacked:
            raise QueueFull(self._count_confirmed(first))

    def process_incoming(self, timeout: float) -> None:
        """Wait up to `timeout` seconds for frames such as confirms, and keep the connection alive."""
        try:
            self._connection.drain_events(timeout=timeout)
        except TimeoutError:
            self._connection.heartbeat_check()

    def _send(self, messages: Sequence[Message]) -> None:
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

    def _wait_for_confirms(self, is_stopping: Callable[[], bool]) -> None:
        while self._unconfirmed:
            if is_stopping():
                raise BrokerUnavailable("the daemon stops")
            self.process_incoming(CONFIRM_POLL_SECONDS)

    def _count_confirmed(self, first: int) -> int:
        """Return how many messages from number `first` on are confirmed, without a gap."""
        return min(self._unconfirmed | self._nacked, default=self._sent + 1) - first

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        self._unconfirmed -= self._tags(delivery_tag, multiple)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._nacked |= self._tags(delivery_tag, multiple)
        self._on_ack(delivery_tag, multiple)

    def _tags(self, delivery_tag: int, multiple: bool) -> set[int]:
        """Return the numbers of the messages that a confirm is about."""
        return {tag for tag in self._unconfirmed if tag <= delivery_tag} if multiple else {delivery_tag}
