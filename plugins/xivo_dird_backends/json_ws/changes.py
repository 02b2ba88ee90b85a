"""A list of what has changed since the last time."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import blake2b
from itertools import count
from typing import Self

from xivo_dird.backend import Entry, InvalidSource, LeftOut, SyncPage
from xivo_dird_backends.json_ws.fields import JsonEntries
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.paths import JsonPath, is_true

SINCE = "since"

Moment = str | int | float
ItemPages = Callable[[Moment | None], Iterable[list[object]]]
"""Returns the items of each page of a list of what has changed since a moment."""


class Changes:
    """Turns pages of items into changes of the copy of a source."""

    def __init__(
        self, options: JsonWsOptions, changed: str, unique_column: str, entries: JsonEntries
    ) -> None:
        """Prepare the paths; `of` checks the options."""
        self._changed = JsonPath(changed)
        self._deleted = None if options.deleted is None else JsonPath(options.deleted)
        self._unique_column = unique_column
        self._start = _moment_of(options.since_start)
        self._entries = entries
        shown = options.model_dump_json(exclude={"name", "format_columns"})  # with masks instead of secrets
        self.fingerprint = blake2b(shown.encode("utf-8", "replace"), digest_size=16).hexdigest()

    @classmethod
    def of(cls, options: JsonWsOptions, names: Collection[str], entries: JsonEntries) -> Self | None:
        """Return what the options say, None if everything is read each time.

        Args:
            options: The options of the source.
            names: The variables of the request for the list.
            entries: Turns items into entries.

        Raises:
            InvalidSource: An option is missing.
        """
        if options.changed is None:
            if SINCE in names or options.deleted is not None:
                raise InvalidSource("changed: {since} and the option deleted need it")
            return None
        if SINCE not in names:
            raise InvalidSource("list: the option changed needs {since} in the request")
        if options.unique_column is None:
            raise InvalidSource("unique_column: the option changed needs it")
        if options.etag:
            raise InvalidSource("etag: a list of changes has none")
        return cls(options, options.changed, options.unique_column, entries)

    def pages(self, cursor: str | None, item_pages: ItemPages) -> Iterator[SyncPage]:
        """Yield what has changed since a cursor, or everything (None)."""
        numbers = count(1)
        latest: Moment | None = None if cursor is None else json.loads(cursor)
        for items in item_pages(self._start if latest is None else latest):
            changes = [self._change(item, next(numbers)) for item in items]
            moments = [moment for item in items if (moment := self._moment(item)) is not None]
            latest = max((*moments, *(() if latest is None else (latest,))), key=_order, default=None)
            yield SyncPage(changes, None if latest is None else json.dumps(latest))

    def _change(self, item: object, number: int) -> tuple[str, Entry | LeftOut | None]:
        entry = self._entries.entry(item)
        key = None if entry is None else entry.get(self._unique_column)
        if not isinstance(key, str | int) or key == "":
            return f"#{number}", LeftOut(f"an item has no {self._unique_column}")
        is_deleted = self._deleted is not None and is_true(self._deleted.find(item))
        return str(key), None if is_deleted else entry

    def _moment(self, item: object) -> Moment | None:
        found = self._changed.find(item)
        return found if isinstance(found, str | int | float) and not isinstance(found, bool) else None


def _moment_of(text: str | None) -> Moment | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else text


def _order(moment: Moment) -> tuple[bool, float, str]:
    """Return what sorts numbers before texts."""
    return (True, 0.0, moment) if isinstance(moment, str) else (False, float(moment), "")
