"""Events as consumers get them: metadata in the AMQP headers and in the body (contract section 5.2)."""

from datetime import datetime

from xivo_dird.events.model import Event, RecordedEvent

JsonObject = dict[str, object]

MAX_SHORT_STRING_BYTES = 255
"""The size limit of routing keys and header names in AMQP 0-9-1, in bytes."""

_ESCAPES = str.maketrans({".": "__DOT__", "#": "__HASH__", "*": "__STAR__"})


def routing_key(event: Event) -> str:
    """Return `directory.<user or tenant>.<subject>` (contract section 5.3), cut to the limit of AMQP."""
    owner = event.user_uuid or event.tenant_uuid or "all"
    key = f"directory.{owner.translate(_ESCAPES)}.{event.subject}"
    return key.encode()[:MAX_SHORT_STRING_BYTES].decode(errors="ignore")


def metadata(recorded: RecordedEvent, origin_uuid: str | None) -> JsonObject:
    """Return the metadata of an event, without its data. `timestamp` is local time without a time zone."""
    event = recorded.event
    user_header = {f"user_uuid:{event.user_uuid}": True} if event.user_uuid else {}
    return {
        "name": event.name,
        "id": recorded.id,
        "sequence": recorded.sequence,
        "tenant_uuid": event.tenant_uuid,
        **user_header,
        "required_access": f"event.{event.name}",
        "required_acl": f"events.{routing_key(event)}",
        "origin_uuid": origin_uuid,
        "timestamp": datetime.fromtimestamp(recorded.recorded_at).isoformat(timespec="microseconds"),
    }


def envelope(recorded: RecordedEvent, origin_uuid: str | None) -> JsonObject:
    """Return the metadata and the data of an event, JSON-ready."""
    return {**metadata(recorded, origin_uuid), "data": recorded.event.data}
