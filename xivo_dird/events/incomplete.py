"""Events that are too large: only what identifies their resource is published, so that consumers can read it."""

from collections.abc import Mapping

IDENTIFYING_KEYS = ("id", "uuid", "tenant_uuid", "name", "backend")
"""The keys of a resource that are kept."""

MAX_TEXT_BYTES = 1000
"""The maximum size of a text that is kept."""

NOTHING: Mapping[str, object] = {"incomplete": True}
"""The data of an event of which nothing is kept."""


def incomplete(data: Mapping[str, object], max_keys: int = 20) -> Mapping[str, object]:
    """Return what identifies the resource in the data of an event, marked with `incomplete`.

    Args:
        data: The complete data: single values, and resources with values of their own.
        max_keys: Return `NOTHING` if the data has more keys; those of the daemon itself have a few.
    """
    if len(data) > max_keys:
        return NOTHING
    kept = {
        key: _identity(value) if isinstance(value, Mapping) else value
        for key, value in data.items()
        if _is_small(key) and (isinstance(value, Mapping) or _is_small(value))
    }
    return {**kept, **NOTHING}


def _identity(resource: Mapping[str, object]) -> Mapping[str, object]:
    return {key: resource[key] for key in IDENTIFYING_KEYS if key in resource and _is_small(resource[key])}


def _is_small(value: object) -> bool:
    """Return True for a single value that is not a long text."""
    if isinstance(value, str):
        return len(value.encode(errors="replace")) <= MAX_TEXT_BYTES
    return value is None or isinstance(value, bool | int | float)
