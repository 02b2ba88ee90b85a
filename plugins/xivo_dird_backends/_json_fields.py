"""Reads parsed JSON of servers, which may have anything anywhere, without an error for one strange contact."""

from collections.abc import Mapping

JsonObject = Mapping[str, object]


def json_object(value: object) -> JsonObject:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def json_objects(value: object) -> list[JsonObject]:
    """Return the objects of a JSON list, without anything else in it."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def json_text(value: object) -> str:
    """Return a JSON text, "" for anything else."""
    return value if isinstance(value, str) else ""


def json_texts(value: object) -> list[str]:
    """Return the texts of a JSON list, without empty ones and anything else in it."""
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []
