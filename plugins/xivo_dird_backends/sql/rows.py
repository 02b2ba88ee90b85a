"""Rows of a database as entries: their values, and the rows of one entry together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import singledispatch
from itertools import groupby

from xivo_dird.backend import Entry

MAX_GROUPED_ROWS = 1000
"""Maximum number of rows of one entry; further ones are left out."""

MAX_BINARY_BYTES = 64
"""Maximum size of a binary value that is shown in hexadecimal digits, such as an id; a picture is null."""


def entries_of_rows(rows: Iterable[Mapping[str, object]], unique_column: str | None) -> Iterator[Entry]:
    """Yield an entry per row.

    Args:
        rows: The rows.
        unique_column: Consecutive rows with the same value in it are one entry; None: each row is one.
    """
    entries = (_entry(row) for row in rows)
    if unique_column is None:
        yield from entries
        return
    for key, group in groupby(entries, lambda entry: entry.get(unique_column)):
        if key is None:
            yield from group
        else:
            yield _merged(group)


def entries_of_scattered_rows(rows: Iterable[Mapping[str, object]], unique_column: str | None) -> list[Entry]:
    """Return the entries of a few rows, in their order; those of one entry may be anywhere among them."""
    if unique_column is None:
        return list(entries_of_rows(rows, None))
    order: dict[str, int] = {}
    gathered = sorted(rows, key=lambda row: order.setdefault(repr(row.get(unique_column)), len(order)))
    return list(entries_of_rows(gathered, unique_column))


@singledispatch
def plain_value(value: object) -> object:
    """Return a value as entries have it: text, number, list, map or None."""
    return str(value)


@plain_value.register
def _number_or_null(value: bool | int | float | None) -> object:
    return value


@plain_value.register
def _text(value: str) -> str:
    return value.rstrip(" ")  # a column of the type CHAR fills its values with blanks


@plain_value.register
def _decimal(value: Decimal) -> object:
    return int(value) if value.is_finite() and value == value.to_integral_value() else str(value)


@plain_value.register
def _date(value: date | time) -> str:
    return value.isoformat()


@plain_value.register
def _binary(value: bytes | bytearray | memoryview) -> str | None:
    content = bytes(value)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if text.isprintable():
        return text
    return content.hex() if len(content) <= MAX_BINARY_BYTES else None


@plain_value.register(Mapping)
def _map(value: Mapping[object, object]) -> object:
    return {str(key): plain_value(child) for key, child in value.items()}


@plain_value.register(list)
@plain_value.register(tuple)
@plain_value.register(set)
def _list(value: Iterable[object]) -> object:
    return [plain_value(child) for child in value]


def _entry(row: Mapping[str, object]) -> dict[str, object]:
    return {name: plain_value(value) for name, value in row.items()}


def _merged(rows: Iterable[Mapping[str, object]]) -> Entry:
    """Return the entry of several rows: a field with different values is a list of them, in the order of the rows."""
    values: dict[str, list[object]] = {}
    for index, row in enumerate(rows):
        if index >= MAX_GROUPED_ROWS:
            continue
        for name, value in row.items():
            known = values.setdefault(name, [])
            if value is not None and value not in known:
                known.append(value)
    return {name: _one_or_list(found) for name, found in values.items()}


def _one_or_list(values: Sequence[object]) -> object:
    if len(values) > 1:
        return list(values)
    return values[0] if values else None
