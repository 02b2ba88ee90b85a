"""Incoming messages: reads the name and data of an event, or rejects the message (contract section 5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from xivo_dird.bus.deliveries import Delivery
from xivo_dird.exceptions import DirdError

CONTENT_TYPE = "application/json"
"""The only content type, if the message has one."""

CONTENT_ENCODINGS = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii", "binary"})
"""What `content_encoding` may be: UTF-8, or what the AMQP libraries set for bytes."""

MAX_SHOWN_CHARACTERS = 80


class UnreadableMessage(DirdError):
    """A message that no retry can make readable; the text says what is wrong without quoting the content."""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """An event of another program; its data is a JSON object that no schema has checked yet."""

    name: str
    data: Mapping[str, object]


def read_event(delivery: Delivery, max_bytes: int) -> IncomingEvent:
    """Return the event in a message. The name is in the AMQP headers, else in the body.

    Raises:
        UnreadableMessage: The body is longer than `max_bytes`, is compressed, is not a JSON object in UTF-8, or lacks
            a name or data; or the AMQP properties can't be decoded.
    """
    if delivery.body is None:
        raise UnreadableMessage(f"it has {delivery.size} bytes, bus.max_message_size is {max_bytes}")
    _check_properties(delivery)
    try:
        content = orjson.loads(delivery.body)
    except orjson.JSONDecodeError as error:
        raise UnreadableMessage(f"it is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableMessage("it is not a JSON object")
    name = headers_of(delivery).get("name") or content.get("name")
    if not isinstance(name, str):
        raise UnreadableMessage("it has no name")
    data = content.get("data")
    if not isinstance(data, dict):
        raise UnreadableMessage(f"the data of the event {shown(name)} is not a JSON object")
    return IncomingEvent(name, data)


def headers_of(delivery: Delivery) -> Mapping[object, object]:
    """Return the AMQP headers of a message; none if they can't be decoded."""
    headers = (delivery.properties or {}).get("application_headers")
    return headers if isinstance(headers, dict) else {}


def describe(delivery: Delivery) -> str:
    """Return the id and the event name of a message, for the log."""
    message_id = (delivery.properties or {}).get("message_id")
    name = headers_of(delivery).get("name")
    identifier = "without an id" if message_id is None else shown(message_id)
    return identifier if name is None else f"{identifier} (event {shown(name)})"


def shown(value: object) -> str:
    """Return a value of the sender for the log, cut to `MAX_SHOWN_CHARACTERS`, with control characters escaped."""
    return cut(repr(value[:MAX_SHOWN_CHARACTERS] if isinstance(value, str | bytes) else value))


def cut(text: str, max_characters: int = MAX_SHOWN_CHARACTERS) -> str:
    """Return a text of at most `max_characters`."""
    return text if len(text) <= max_characters else f"{text[: max_characters - 1]}…"


def _check_properties(delivery: Delivery) -> None:
    """Raise `UnreadableMessage` unless the properties are those of plain JSON."""
    if delivery.properties is None:
        raise UnreadableMessage("its AMQP properties can't be decoded")
    compression = headers_of(delivery).get("compression")
    if compression:
        raise UnreadableMessage(f"it is compressed ({shown(compression)})")
    content_type = str(delivery.properties.get("content_type") or CONTENT_TYPE)
    if content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise UnreadableMessage(f"its content type is {shown(content_type)}, not {CONTENT_TYPE}")
    encoding = str(delivery.properties.get("content_encoding") or "")
    if encoding.lower() not in CONTENT_ENCODINGS:
        raise UnreadableMessage(f"its content encoding is {shown(encoding)}, not utf-8")
