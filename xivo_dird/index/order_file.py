"""Reads the file of one order of the entries of an index."""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from xivo_dird.index.open_file import read_only_uri
from xivo_dird.text.sort_groups import Group, GroupCounts

# A key from a cursor may be any text, also one with lone surrogates, which can't be bound as a text.
# An earlier answer may have had more entries with this key than there are now.
_PAGE = (
    "SELECT entry FROM ordered WHERE key >= CAST(?1 AS TEXT) ORDER BY key, entry LIMIT ?2"
    " OFFSET (SELECT count(*) FROM (SELECT 1 FROM ordered WHERE key = CAST(?1 AS TEXT) LIMIT ?3))"
)
_VALUES = "SELECT key, text, entries FROM value ORDER BY key"
_INITIALS = "SELECT key, entries FROM initial ORDER BY key"


class OrderFile:
    """A complete file; it is open only while it is read, so that orders in use need no open files."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self._path = path

    def page(self, from_key: str, skip: int, max_entries: int) -> list[int]:
        """Return the numbers of entries in their order.

        Args:
            from_key: The lowest key of the entries.
            skip: How many of those with exactly this key are left out.
            max_entries: The maximum number of entries.

        Raises:
            sqlite3.Error: The file is damaged or gone.
        """
        start = from_key.encode("utf-8", "surrogatepass")
        counts = (min(count, sys.maxsize) for count in (max_entries, skip))
        with self._connection() as connection:
            rows = _checked(connection.execute(_PAGE, [start, *counts]), int)
            return [number for (number,) in rows]

    def groups(self) -> GroupCounts:
        """Return the groups of the entries.

        Raises:
            sqlite3.Error: The file is damaged or gone.
        """
        counts = GroupCounts()
        with self._connection() as connection:
            counts.initials.update(dict(_checked(connection.execute(_INITIALS), str, int)))
            rows = _checked(connection.execute(_VALUES), str, str, int)
            values = {key: Group(key, text, count) for key, text, count in rows}
        counts.values = values or (None if counts.initials else {})
        return counts

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(read_only_uri(self._path), uri=True)) as connection:
                yield connection
        except UnicodeDecodeError as error:  # an error of SQLite that quotes damaged bytes
            raise sqlite3.DatabaseError("a text is damaged") from error


def _checked(rows: Iterable[tuple[object, ...]], *types: type) -> Iterator[tuple[Any, ...]]:
    """Yield rows; raise `sqlite3.DatabaseError` for one with values of other types, or with an empty key."""
    for row in rows:
        if tuple(map(type, row)) != types or row[0] == "":
            raise sqlite3.DatabaseError("a row is damaged")
        yield row
