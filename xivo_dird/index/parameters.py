"""Parameters of the statements that read an index."""

from collections.abc import Sequence

import orjson

_NO_LIMIT = -1


def json_parameter(values: Sequence[object]) -> str:
    """Return numbers, or tuples of them, as a parameter of SQLite's `json_each`."""
    return orjson.dumps(values).decode()


def limit_of(max_entries: int | None) -> int:
    """Return the parameter of `LIMIT` for a maximum, None for all rows."""
    return _NO_LIMIT if max_entries is None else max_entries
