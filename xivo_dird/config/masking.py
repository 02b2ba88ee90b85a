"""Secrets in what is shown: the running configuration, and sources in events."""

import re
from collections.abc import Mapping

MASK = "********"

_SECRET_KEY = re.compile(r"password|secret|^(?:token|hash|key)$", re.IGNORECASE)
_PASSWORD_IN_URI = re.compile(r"(?<=://)([^/@:]*):[^@]*@")


def masked(tree: Mapping[str, object]) -> dict[str, object]:
    """Put a mask in the place of every value that its key, or a URI, says is a secret."""
    return {
        key: MASK if _SECRET_KEY.search(key) and value else _masked_value(value)
        for key, value in tree.items()
    }


def _masked_value(value: object) -> object:
    if isinstance(value, Mapping):
        return masked(value)
    if isinstance(value, list):
        return [_masked_value(item) for item in value]
    if isinstance(value, str):
        return _PASSWORD_IN_URI.sub(rf"\1:{MASK}@", value)
    return value
