"""Another program on the bus: sees every event that is published, and publishes some of its own."""

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
    """A durable queue bound to all events; what comes twice is counted and left out."""

    def __init__(self, port: int) -> None:
        """Bind a queue of its own."""
        self._port = port
        self._queue = Queue(f"test-{uuid4()}", EXCHANGE, durable=True, binding_arguments={"x-match": "all"})
        self._seen: set[object] = set()
        self.duplicates = 0
        self._connection = self._connected()
        self._queue(self._connection.channel()).declare()

    def __enter__(self) -> Self:
        """Lend."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Leave."""
        self._connection.collect()

    def messages(self, count: int) -> list[Message]:
        """Wait for so many messages."""
        found: list[Message] = []
        for message in self._arriving():
            found.append(message)
            if len(found) == count:
                return found
        raise AssertionError(f"only {len(found)} of {count} messages came: {[m.headers for m in found]}")

    def events(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many messages, and answer their bodies."""
        return [_content(message) for message in self.messages(count)]

    def drain(self) -> list[dict[str, Any]]:
        """Read until the queue is empty; answer the bodies."""
        found: list[Message] = []
        channel = self._connection_now().channel()
        while (message := self._queue(channel).get(no_ack=True)) is not None:
            self._take(message, found)
        return [_content(message) for message in found]

    def publish(self, name: str | None, data: object, message_id: str | None = None) -> None:
        """Publish an event as other programs do."""
        body = json.dumps({"name": name, "data": data})
        self.publish_raw(body.encode(), {} if name is None else {"name": name}, message_id)

    def publish_raw(self, body: bytes, headers: Mapping[str, object], message_id: str | None = None) -> None:
        """Publish whatever that is."""
        producer = Producer(self._connection.channel(), EXCHANGE)
        producer.publish(
            body,
            headers=headers,
            message_id=message_id,
            content_type="application/json",
            content_encoding="utf-8",
        )

    def length(self, queue: str) -> int:
        """Count the messages that wait in a queue."""
        channel = self._connection.channel()
        try:
            return channel.queue_declare(queue, passive=True).message_count
        finally:
            channel.close()

    def _arriving(self) -> Iterator[Message]:
        arrived: list[Message] = []

        def receive(message: Message) -> None:
            message.ack()
            self._take(message, arrived)

        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            try:
                with Consumer(
                    self._connection.channel(), [self._queue], on_message=receive, prefetch_count=1
                ):
                    while time.monotonic() < end:
                        try:
                            self._connection.drain_events(timeout=0.2)
                        except TimeoutError:
                            continue
                        while arrived:
                            yield arrived.pop(0)
            except self._connection.connection_errors:
                self._connection_now()

    def _take(self, message: Message, arrived: list[Message]) -> None:
        event_id = message.headers.get("id")
        if event_id is None:  # one that we published
            return
        if event_id in self._seen:
            self.duplicates += 1
            return
        self._seen.add(event_id)
        arrived.append(message)

    def _connection_now(self) -> Connection:
        """Answer a connection that lives: a restarted broker knows the old one no longer."""
        self._connection.collect()
        self._connection = self._connected()
        return self._connection

    def _connected(self) -> Connection:
        connection = Connection("amqp://guest:guest@127.0.0.1", port=self._port, connect_timeout=2)
        connection.ensure_connection(timeout=TIMEOUT, interval_start=0.1, interval_max=0.5)
        return connection


def _content(message: Message) -> dict[str, Any]:
    body = message.body
    content: dict[str, Any] = json.loads(body if isinstance(body, str) else bytes(body))
    return content
