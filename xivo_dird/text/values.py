"""The texts of a field of an entry or a contact."""

from collections.abc import Iterable, Mapping


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


def texts_in(fields: Mapping[str, object], columns: Iterable[str]) -> list[str]:
    """Return the texts of some fields of an entry or a contact; see `texts_of`."""
    return [text for column in columns for text in texts_of(fields.get(column))]


def value_text(value: object) -> str:
    """Return the text of a value of an entry; that of a missing one is empty."""
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
