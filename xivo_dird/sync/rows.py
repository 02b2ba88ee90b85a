"""Entries as a copy stores them."""

import json
from collections.abc import Iterable, Mapping

from xivo_dird.sync.pages import RawEntry

MAX_LEVELS = 256
"""Maximum number of levels of an entry: `json` recurses for each of them, also when the copy is read."""


def entry_row(entry: RawEntry) -> str | None:
    """Return an entry as JSON, None if it is nested too deep."""
    try:
        row = json.dumps(entry)
    except RecursionError:
        return None
    may_be_deep = row.count("{") + row.count("[") > MAX_LEVELS
    return None if may_be_deep and _is_deep(entry) else row


def _is_deep(entry: RawEntry) -> bool:
    """Return True if an entry has more than `MAX_LEVELS` levels."""
    level: list[object] = [entry]
    for _ in range(MAX_LEVELS):
        level = [child for value in level for child in _children(value)]
    return any(isinstance(value, Mapping | list | tuple) for value in level)


def _children(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
