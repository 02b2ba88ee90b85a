"""An event as consumers see it: the same metadata in AMQP headers and body, and the data (contract section 5.2)."""

from datetime import datetime

from xivo_dird.events.model import Event, RecordedEvent

Metadata = dict[str, object]

SHORT_STRING = 255
"""Bytes of the longest routing key and the longest name of a header in AMQP 0-9-1."""

_ESCAPED = str.maketrans({".": "__DOT__", "#": "__HASH__", "*": "__STAR__"})


def routing_key(event: Event) -> str:
    """Make `directory.<user or tenant>.<subject>` (contract section 5.3), not longer than AMQP allows."""
    owner = event.user_uuid or event.tenant_uuid or "all"
    key = f"directory.{owner.translate(_ESCAPED)}.{event.subject}"
    return key.encode()[:SHORT_STRING].decode(errors="ignore")


def metadata(recorded: RecordedEvent, origin_uuid: str | None) -> Metadata:
    """Tell everything but the data. `timestamp` is local time without a zone."""
    event = recorded.event
    whom = {f"user_uuid:{event.user_uuid}": True} if event.user_uuid else {}
    return {
        "name": event.name,
        "id": recorded.id,
        "sequence": recorded.sequence,
        "tenant_uuid": event.tenant_uuid,
        **whom,
        "required_access": f"event.{event.name}",
        "required_acl": f"events.{routing_key(event)}",
        "origin_uuid": origin_uuid,
        "timestamp": datetime.fromtimestamp(recorded.recorded_at).isoformat(timespec="microseconds"),
    }


def envelope(recorded: RecordedEvent, origin_uuid: str | None) -> Metadata:
    """Tell everything, JSON-ready."""
    return {**metadata(recorded, origin_uuid), "data": recorded.event.data}
