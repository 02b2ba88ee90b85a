"""The texts of a field of an entry or a contact."""

from collections.abc import Mapping


def texts_of(value: object) -> list[str]:
    """Return the texts of a field: one for a text or number, one per element of a list or map, none for null."""
    if isinstance(value, str):
        return [value]
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [text for element in value.values() for text in texts_of(element)]
    if isinstance(value, list | tuple | set | frozenset):
        return [text for element in value for text in texts_of(element)]
    return [str(value)]
