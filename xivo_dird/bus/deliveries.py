"""Deliveries of the broker: reads their frames within limits, whatever the sender put into the message.

The AMQP library collects a body of any size, unpacks a compressed one before its size can be checked, and closes the
connection if the properties of a message can't be decoded, so that the broker delivers the same message again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from struct import unpack_from

from amqp import Connection
from amqp.method_framing import frame_handler
from amqp.serialization import decode_properties_basic
from amqp.spec import Basic

METHOD, HEADER, BODY = 1, 2, 3
"""The types of the frames of a message."""

_CONSUMER_TAG = 4
_BODY_SIZE = 4
_PROPERTIES = 12
"""Positions in the payload of a frame."""

Frame = tuple[int, int, bytes]
"""The type of a frame, its channel and its payload."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as the broker delivered it.

    Attributes:
        tag: The number to acknowledge it with.
        properties: Its AMQP properties, with the headers as `application_headers`; None if they can't be decoded.
        size: The size of its body in bytes.
        body: The body; None if it is larger than the limit.
    """

    tag: int
    properties: Mapping[str, object] | None
    size: int
    body: bytes | None


@dataclass(slots=True)
class _Arriving:
    """A message of which some frames are still missing."""

    tag: int
    properties: Mapping[str, object] | None = None
    size: int = 0
    received: int = 0
    chunks: list[bytes] = field(default_factory=list)


class DeliveryReader:
    """Reads the frames of one connection; the AMQP library handles those that are not part of a delivery."""

    def __init__(self, max_bytes: int, receive: Callable[[Delivery], None]) -> None:
        """Create a reader for `Broker.connect`.

        Args:
            max_bytes: The maximum size of a body; a larger one is read, but not kept.
            receive: Called with each delivery.
        """
        self._max_bytes = max_bytes
        self._receive = receive

    def __call__(self, connection: Connection, on_method: Callable[..., object]) -> Callable[[Frame], bool]:
        """Return the function that handles each frame of a connection, and returns True if a message is complete."""
        handle_other = frame_handler(connection, on_method)
        arriving: dict[int, _Arriving] = {}

        def handle(frame: Frame) -> bool:
            kind, channel, payload = frame
            if kind == METHOD and unpack_from(">HH", payload) == Basic.Deliver:
                arriving[channel] = _Arriving(_delivery_tag(payload))
            elif kind not in {HEADER, BODY} or channel not in arriving:
                return handle_other(frame)
            else:
                self._add(arriving[channel], kind, payload)
            connection.bytes_recv += 1  # for the heartbeat
            return self._receive_if_complete(arriving, channel, kind)

        return handle

    def _add(self, message: _Arriving, kind: int, payload: bytes) -> None:
        if kind == HEADER:
            (message.size,) = unpack_from(">Q", payload, _BODY_SIZE)
            message.properties = _properties(payload)
            return
        message.received += len(payload)
        if message.size <= self._max_bytes:
            message.chunks.append(payload)

    def _receive_if_complete(self, arriving: dict[int, _Arriving], channel: int, kind: int) -> bool:
        message = arriving[channel]
        if kind == METHOD or message.received < message.size:
            return False
        del arriving[channel]
        body = b"".join(message.chunks) if message.size <= self._max_bytes else None
        self._receive(Delivery(message.tag, message.properties, message.size, body))
        return True


def _delivery_tag(payload: bytes) -> int:
    """Return the delivery tag, which follows the consumer tag, a text with its length before it."""
    (tag,) = unpack_from(">Q", payload, _CONSUMER_TAG + 1 + payload[_CONSUMER_TAG])
    return int(tag)


def _properties(payload: bytes) -> Mapping[str, object] | None:
    try:
        properties, _ = decode_properties_basic(payload, _PROPERTIES)
    except Exception:  # noqa: BLE001 - the library raises whatever the bytes of the sender lead to
        return None
    return properties
