"""The tables of a snapshot index while they are filled, in batches that SQLite writes without the GIL."""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType

from more_itertools import sliced

from xivo_dird.backend import Entry
from xivo_dird.index.format import (
    IndexShape,
    KeyKind,
    encode,
    key_of,
    number_key,
    word_keys,
)
from xivo_dird.index.grams import spell
from xivo_dird.text.folding import SEPARATOR
from xivo_dird.text.keypad import numbers_written_apart
from xivo_dird.text.values import texts_of

BATCH = 250
"""Entries per statement: few enough for the memory, enough to leave the GIL to others meanwhile."""

GRAM_BATCH = 2000
"""Texts per statement of the second thread, which has to wait for the GIL before each."""

GRAM_BATCHES = 3
"""How many batches may wait for that thread."""

MAX_ROWS = 2000
"""Rows per statement, for entries with long lists of numbers: SQLite limits the parameters."""

_SORT_KEYS = "INSERT OR IGNORE INTO key SELECT key FROM temp.unsorted ORDER BY key"
_FINISH_GRAMS = (
    "INSERT INTO occurrence (occurrence) VALUES ('optimize')",
    "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, occurrence, row)",
    "INSERT INTO gram SELECT term, doc FROM temp.vocabulary",
)
_BULK_LOAD = (
    "INSERT INTO occurrence (occurrence, rank) VALUES ('hashsize', 1048576)",
    "INSERT INTO occurrence (occurrence, rank) VALUES ('automerge', 0)",
)


class EntryTables:
    """The tables `entry` and `key`."""

    def __init__(self, shape: IndexShape, connection: sqlite3.Connection) -> None:
        """Write to `connection`, within its transaction."""
        self._shape = shape
        self._connection = connection
        self._key_columns: list[tuple[Callable[[str], int], str]] = [
            (number_key, column) for column in shape.first_matched_columns
        ]
        if shape.unique_column is not None:
            self._key_columns.append((partial(key_of, KeyKind.ID), shape.unique_column))
        self._entries: list[object] = []
        self._keys: list[int] = []
        self.count = 0
        connection.execute("CREATE TABLE temp.unsorted (key INTEGER)")

    @property
    def is_full(self) -> bool:
        """Whether it is time to `write`."""
        return self.count % BATCH == 0

    def add(self, entry: Entry) -> str | None:
        """Take one entry, the next in the directory's order; answers its text for the grams, None without one."""
        self.count = number = self.count + 1
        searched = self._searched_text(entry)
        numbers = None if searched is None else numbers_written_apart(searched)
        self._entries += (number, searched, numbers, encode(entry))
        self._add_keys(number, searched, entry)
        return searched if searched is None or numbers is None else f"{searched}{SEPARATOR}{numbers}"

    def write(self) -> None:
        """Write what was added since the last time."""
        _insert(self._connection, "entry (id, searched, numbers, row)", 4, self._entries)
        _insert(self._connection, "temp.unsorted (key)", 1, self._keys)
        self._entries = []
        self._keys = []

    def finish(self) -> None:
        """Write the rest, and the keys in their order."""
        self.write()
        self._connection.execute(_SORT_KEYS)
        self._connection.execute("DROP TABLE temp.unsorted")

    def _add_keys(self, number: int, searched: str | None, entry: Entry) -> None:
        if searched is not None:
            self._keys += word_keys(searched, number)
        for make_key, column in self._key_columns:
            value = entry.get(column)
            for text in (value,) if isinstance(value, str) else texts_of(value):
                self._keys.append(make_key(text) | number)

    def _searched_text(self, entry: Entry) -> str | None:
        """Join the comparable texts of the searched columns; None if the entry has none of them."""
        texts: list[str] = []
        for column in self._shape.searched_columns:
            value = entry.get(column)
            if isinstance(value, str):
                texts.append(value)
            elif value is not None:
                texts += texts_of(value)
        if not texts:
            return None
        joined = SEPARATOR.join(texts)
        # Both ways to compare lower ASCII; nearly all rows are plain, and a million of them should not wait.
        if joined.isascii() and "\0" not in joined and joined.count(SEPARATOR) == len(texts) - 1:
            return joined.lower()
        return SEPARATOR.join(map(self._shape.comparable, texts))


class GramTable:
    """The tables `occurrence` and `gram`, written by a thread of their own; a context manager that ends it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Write to `connection`, which nobody else uses until the end of the context."""
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, "snapshot grams")
        self._pending: deque[Future[None]] = deque()
        self._numbers: list[int] = []
        self._texts: list[str] = []
        for statement in _BULK_LOAD:
            connection.execute(statement)

    def __enter__(self) -> "GramTable":
        """Answer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the thread; without an error in the context, everything is written then."""
        self._thread.shutdown(cancel_futures=error is not None)
        if error is None:
            self._collect(0)

    def add(self, number: int, text: str) -> None:
        """Take the text of an entry. Raises what went wrong in the thread before."""
        self._numbers.append(number)
        self._texts.append(text)
        if len(self._texts) == GRAM_BATCH:
            self._hand_over()

    def finish(self) -> None:
        """Have the rest written, and the grams counted, while the caller does something else."""
        self._hand_over()
        self._pending.append(self._thread.submit(self._finish))

    def _hand_over(self) -> None:
        """Spell here what the other thread writes: it has more to do."""
        values: list[object] = [None] * (2 * len(self._texts))
        values[0::2] = self._numbers
        values[1::2] = spell(self._texts)
        self._numbers = []
        self._texts = []
        self._collect(GRAM_BATCHES - 1)
        self._pending.append(self._thread.submit(self._write, values))

    def _collect(self, most: int) -> None:
        while len(self._pending) > most:
            self._pending.popleft().result()

    def _write(self, values: Sequence[object]) -> None:
        _insert(self._connection, "occurrence (rowid, spelled)", 2, values)

    def _finish(self) -> None:
        for statement in _FINISH_GRAMS:
            self._connection.execute(statement)


def _insert(connection: sqlite3.Connection, target: str, width: int, values: Sequence[object]) -> None:
    row = f"({', '.join('?' * width)})"
    for some in sliced(values, MAX_ROWS * width):
        rows = ", ".join([row] * (len(some) // width))
        connection.execute(f"INSERT INTO {target} VALUES {rows}", some)  # noqa: S608 - placeholders only
