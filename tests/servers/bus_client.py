"""A client of the bus that receives every published event, and publishes events of its own."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Self
from uuid import uuid4

from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.message import Message

from waiting import TIMEOUT

EXCHANGE = Exchange("wazo-headers", "headers", durable=True)


class BusClient:
    """A durable queue bound to all events; a repeated event is counted in `duplicates` and left out."""

    def __init__(self, port: int) -> None:
        """Connect to the broker on this port and bind a queue."""
        self._port = port
        self._queue = Queue(f"test-{uuid4()}", EXCHANGE, durable=True, binding_arguments={"x-match": "all"})
        self._seen: set[object] = set()
        self.duplicates = 0
        self._connection = self._connect()
        self._queue(self._connection.channel()).declare()

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Close the connection."""
        self._connection.collect()

    def messages(self, count: int) -> list[Message]:
        """Wait for `count` messages and return them.

        Raises:
            AssertionError: They have not arrived within `TIMEOUT` seconds.
        """
        found: list[Message] = []
        for message in self._receive():
            found.append(message)
            if len(found) == count:
                return found
        raise AssertionError(f"only {len(found)} of {count} messages arrived: {[m.headers for m in found]}")

    def events(self, count: int) -> list[dict[str, Any]]:
        """Wait for `count` messages and return their bodies."""
        return [_body(message) for message in self.messages(count)]

    def drain(self) -> list[dict[str, Any]]:
        """Read until the queue is empty, and return the bodies."""
        found: list[Message] = []
        channel = self._reconnect().channel()
        while (message := self._queue(channel).get(no_ack=True)) is not None:
            self._add_new(message, found)
        return [_body(message) for message in found]

    def publish(self, name: str | None, data: object, message_id: str | None = None) -> None:
        """Publish an event as other programs do."""
        body = json.dumps({"name": name, "data": data})
        self.publish_raw(body.encode(), {} if name is None else {"name": name}, message_id)

    def publish_raw(
        self,
        body: bytes,
        headers: Mapping[str, object],
        message_id: str | None = None,
        content_type: str | bytes = "application/json",
        content_encoding: str | bytes = "utf-8",
        routing_key: str | bytes = "",
    ) -> None:
        """Publish a message with any body, headers and properties."""
        producer = Producer(self._connection.channel(), EXCHANGE)
        producer.publish(
            body,
            headers=headers,
            message_id=message_id,
            content_type=content_type,
            content_encoding=content_encoding,
            routing_key=routing_key,
        )

    def length(self, queue: str) -> int:
        """Return the number of messages that wait in a queue."""
        channel = self._connection.channel()
        try:
            return channel.queue_declare(queue, passive=True).message_count
        finally:
            channel.close()

    def _receive(self) -> Iterator[Message]:
        arrived: list[Message] = []

        def add(message: Message) -> None:
            message.ack()
            self._add_new(message, arrived)

        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            try:
                with Consumer(self._connection.channel(), [self._queue], on_message=add, prefetch_count=1):
                    while time.monotonic() < deadline:
                        try:
                            self._connection.drain_events(timeout=0.2)
                        except TimeoutError:
                            continue
                        while arrived:
                            yield arrived.pop(0)
            except self._connection.connection_errors:
                self._reconnect()

    def _add_new(self, message: Message, arrived: list[Message]) -> None:
        """Append a message to `arrived`, unless it was seen before or published by this client."""
        event_id = message.headers.get("id")
        if event_id is None:  # published by this client
            return
        if event_id in self._seen:
            self.duplicates += 1
            return
        self._seen.add(event_id)
        arrived.append(message)

    def _reconnect(self) -> Connection:
        """Return a new connection: the broker may have been restarted since the old one was made."""
        self._connection.collect()
        self._connection = self._connect()
        return self._connection

    def _connect(self) -> Connection:
        connection = Connection("amqp://guest:guest@127.0.0.1", port=self._port, connect_timeout=2)
        connection.ensure_connection(timeout=TIMEOUT, interval_start=0.1, interval_max=0.5)
        return connection


def _body(message: Message) -> dict[str, Any]:
    raw = message.body
    body: dict[str, Any] = json.loads(raw if isinstance(raw, str) else bytes(raw))
    return body
