"""What comes in from the bus: an event's name and data, or a message that can't be one (contract section 5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from kombu.message import Message

from xivo_dird.exceptions import DirdError


class UnreadableMessage(DirdError):
    """It will not become readable by trying again; the text tells what is wrong, not what is in it."""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """An event as some other program tells it. Nothing of it can be relied on but its data."""

    name: str
    data: Mapping[str, object]


def read_event(message: Message, max_bytes: int) -> IncomingEvent:
    """Read a message of at most `max_bytes` bytes. The name is in the AMQP headers, else in the body.

    Raises `UnreadableMessage`.
    """
    raw = message.body
    body = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else bytes(raw)
    if len(body) > max_bytes:
        raise UnreadableMessage(f"it has {len(body)} bytes, bus.max_message_size is {max_bytes}")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableMessage(f"it is no JSON: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableMessage("it is no JSON object")
    name = message.headers.get("name") or content.get("name")
    if not isinstance(name, str):
        raise UnreadableMessage("it has no name")
    data = content.get("data")
    if not isinstance(data, dict):
        raise UnreadableMessage(f"the data of the event {name!r} are no JSON object")
    return IncomingEvent(name, data)
