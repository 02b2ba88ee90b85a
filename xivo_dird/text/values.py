"""The texts that a field of an entry or a contact holds."""

from collections.abc import Mapping


def texts_of(value: object) -> list[str]:
    """List the texts of a field: one of a text or number, one per element of a list or map, none of null."""
    if isinstance(value, str):
        return [value]
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [text for element in value.values() for text in texts_of(element)]
    if isinstance(value, list | tuple | set | frozenset):
        return [text for element in value for text in texts_of(element)]
    return [str(value)]
