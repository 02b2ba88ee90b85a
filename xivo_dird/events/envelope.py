"""Events as consumers get them: metadata in the AMQP headers and in the body (contract section 5.2)."""

from datetime import datetime

import orjson

from xivo_dird.events.incomplete import NOTHING
from xivo_dird.events.model import RecordedEvent

JsonObject = dict[str, object]
"""An object for orjson only: its parts may be `orjson.Fragment`."""

MAX_SHORT_STRING_BYTES = 255
"""The size limit of routing keys and header names in AMQP 0-9-1, in bytes."""

_ESCAPES = str.maketrans({".": "__DOT__", "#": "__HASH__", "*": "__STAR__"})


def routing_key(recorded: RecordedEvent) -> str:
    """Return `directory.<user or tenant>.<subject>` (contract section 5.3), cut to the limit of AMQP."""
    owner = recorded.user_uuid or recorded.tenant_uuid or "all"
    key = f"directory.{owner.translate(_ESCAPES)}.{recorded.subject}"
    return key.encode()[:MAX_SHORT_STRING_BYTES].decode(errors="ignore")


def metadata(recorded: RecordedEvent, origin_uuid: str | None) -> JsonObject:
    """Return the metadata of an event, without its data. `timestamp` is local time without a time zone."""
    user_header = {f"user_uuid:{recorded.user_uuid}": True} if recorded.user_uuid else {}
    return {
        "name": recorded.name,
        "id": recorded.id,
        "sequence": recorded.sequence,
        "tenant_uuid": recorded.tenant_uuid,
        **user_header,
        "required_access": f"event.{recorded.name}",
        "required_acl": f"events.{routing_key(recorded)}",
        "origin_uuid": origin_uuid,
        "timestamp": datetime.fromtimestamp(recorded.recorded_at).isoformat(timespec="microseconds"),
    }


def envelope(recorded: RecordedEvent, origin_uuid: str | None) -> JsonObject:
    """Return the metadata and the data of an event."""
    data = NOTHING if recorded.data is None else orjson.Fragment(recorded.data)
    return {**metadata(recorded, origin_uuid), "data": data}
