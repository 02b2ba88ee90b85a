"""Incoming messages: reads the name and data of an event, or rejects the message (contract section 5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from kombu.message import Message

from xivo_dird.exceptions import DirdError


class UnreadableMessage(DirdError):
    """A message that no retry can make readable; the text says what is wrong without quoting the content."""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """An event of another program; its data is a JSON object that no schema has checked yet."""

    name: str
    data: Mapping[str, object]


def read_event(message: Message, max_bytes: int) -> IncomingEvent:
    """Return the event in a message. The name is in the AMQP headers, else in the body.

    Raises:
        UnreadableMessage: The body is longer than `max_bytes`, is not a JSON object, or lacks a name or data.
    """
    raw = message.body
    body = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else bytes(raw)
    if len(body) > max_bytes:
        raise UnreadableMessage(f"it has {len(body)} bytes, bus.max_message_size is {max_bytes}")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableMessage(f"it is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableMessage("it is not a JSON object")
    name = message.headers.get("name") or content.get("name")
    if not isinstance(name, str):
        raise UnreadableMessage("it has no name")
    data = content.get("data")
    if not isinstance(data, dict):
        raise UnreadableMessage(f"the data of the event {name!r} is not a JSON object")
    return IncomingEvent(name, data)
