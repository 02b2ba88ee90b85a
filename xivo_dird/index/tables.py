"""Fills the tables of a snapshot index in batches, which SQLite writes without holding the GIL."""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from more_itertools import sliced

from xivo_dird.backend import Entry
from xivo_dird.index.format import (
    IndexShape,
    KeyKind,
    encode_entry,
    number_keys,
    text_key,
    word_keys,
)
from xivo_dird.index.grams import encode_texts
from xivo_dird.numbers.terms import has_separated_digits, separated_digits
from xivo_dird.text.folding import SEPARATOR, is_storable
from xivo_dird.text.values import texts_of

ENTRY_BATCH = 250
"""Entries per statement: few enough to save memory, enough to release the GIL for long."""

GRAM_BATCH = 2000
"""Texts per statement of the second thread, which has to wait for the GIL before each statement."""

MAX_QUEUED_BATCHES = 3
"""Maximum number of batches that the second thread has not finished."""

MAX_ROWS = 2000
"""Rows per statement, for entries with long lists of numbers: SQLite limits the number of parameters."""

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
        """Prepare to fill the tables, which exist already.

        Args:
            shape: What is indexed, and how.
            connection: A connection with an open transaction, in which everything is written.
        """
        self._shape = shape
        self._connection = connection
        self._key_columns: list[tuple[Callable[[str], list[int]], str]] = [
            (number_keys, column) for column in shape.first_matched_columns
        ]
        if shape.unique_column is not None:
            self._key_columns.append((_id_keys, shape.unique_column))
        self._entries: list[object] = []
        self._keys: list[int] = []
        self.count = 0
        connection.execute("CREATE TABLE temp.unsorted (key INTEGER)")

    @property
    def is_batch_full(self) -> bool:
        """Return True if `write` is due."""
        return self.count % ENTRY_BATCH == 0

    def add(self, entry: Entry) -> str | None:
        """Add the next entry in the directory's order.

        Returns:
            The text to be added to the `GramTable`, None if the entry has no searched text.
        """
        self.count = number = self.count + 1
        texts = self._searched_texts(entry)
        joined = SEPARATOR.join(texts)
        searched = self._normalize(joined, texts) if texts else None
        numbers = None if searched is None else _written_digits(searched, texts)
        self._entries += (number, searched, numbers, encode_entry(entry))
        self._add_keys(number, joined, entry)
        return searched if searched is None or numbers is None else f"{searched}{SEPARATOR}{numbers}"

    def write(self) -> None:
        """Write what was added since the last call."""
        _insert(self._connection, "entry (id, searched, numbers, row)", 4, self._entries)
        _insert(self._connection, "temp.unsorted (key)", 1, self._keys)
        self._entries = []
        self._keys = []

    def finish(self) -> None:
        """Write the rest, and all keys in key order."""
        self.write()
        self._connection.execute(_SORT_KEYS)
        self._connection.execute("DROP TABLE temp.unsorted")

    def _add_keys(self, number: int, searched: str, entry: Entry) -> None:
        self._keys += word_keys(searched, number)
        for keys_of, column in self._key_columns:
            value = entry.get(column)
            for text in (value,) if isinstance(value, str) else texts_of(value):
                self._keys += [key | number for key in keys_of(text)]

    def _searched_texts(self, entry: Entry) -> list[str]:
        texts: list[str] = []
        for column in self._shape.searched_columns:
            value = entry.get(column)
            if isinstance(value, str):
                texts.append(value)
            elif value is not None:
                texts += texts_of(value)
        return texts

    def _normalize(self, joined: str, texts: list[str]) -> str:
        """Return the normalized texts, joined."""
        printable = joined.replace(SEPARATOR, " ")
        if joined.count(SEPARATOR) >= len(texts) or not is_storable(printable):
            return SEPARATOR.join(map(self._shape.normalize, texts))
        # Fast path: plain ASCII text only has to be in lower case, and nearly all rows are such text.
        if joined.isascii() and "  " not in joined and printable.isprintable():
            return joined.lower()
        return self._shape.text_match.normalize(joined)


def _written_digits(searched: str, texts: list[str]) -> str | None:
    """Return the digits of numbers with blanks or punctuation, joined; None if there are none."""
    return SEPARATOR.join(separated_digits(texts)) or None if has_separated_digits(searched) else None


class GramTable:
    """The tables `occurrence` and `gram`, written by a thread that ends with the context of this manager."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Prepare the bulk load; nothing else may use `connection` until the end of the context."""
        self._connection = connection
        self._executor = ThreadPoolExecutor(1, "snapshot grams")
        self._pending: deque[Future[None]] = deque()
        self._numbers: list[int] = []
        self._texts: list[str] = []
        for statement in _BULK_LOAD:
            connection.execute(statement)

    def __enter__(self) -> "GramTable":
        """Return the table itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the thread; everything has been written then, unless the context was left by an error.

        Raises:
            sqlite3.Error: The thread failed to write.
        """
        self._executor.shutdown(cancel_futures=error is not None)
        if error is None:
            self._wait_for_pending(0)

    def add(self, number: int, text: str) -> None:
        """Add the text of the entry with this number.

        Raises:
            sqlite3.Error: The thread failed to write an earlier batch.
        """
        self._numbers.append(number)
        self._texts.append(text)
        if len(self._texts) == GRAM_BATCH:
            self._submit_batch()

    def finish(self) -> None:
        """Submit the rest and the final statements, without waiting for them."""
        self._submit_batch()
        self._pending.append(self._executor.submit(self._finish))

    def _submit_batch(self) -> None:
        """Encode the batch in this thread, since the thread that writes it has more to do."""
        values: list[object] = [None] * (2 * len(self._texts))
        values[0::2] = self._numbers
        values[1::2] = encode_texts(self._texts)
        self._numbers = []
        self._texts = []
        self._wait_for_pending(MAX_QUEUED_BATCHES - 1)
        self._pending.append(self._executor.submit(self._write, values))

    def _wait_for_pending(self, max_pending: int) -> None:
        while len(self._pending) > max_pending:
            self._pending.popleft().result()

    def _write(self, values: Sequence[object]) -> None:
        _insert(self._connection, "occurrence (rowid, spelled)", 2, values)

    def _finish(self) -> None:
        for statement in _FINISH_GRAMS:
            self._connection.execute(statement)


def _id_keys(text: str) -> list[int]:
    return [text_key(KeyKind.ID, text)]


def _insert(connection: sqlite3.Connection, target: str, width: int, values: Sequence[object]) -> None:
    """Insert rows of `width` values each, given as a flat sequence, into the table and columns of `target`."""
    row = f"({', '.join('?' * width)})"
    for chunk in sliced(values, MAX_ROWS * width):
        rows = ", ".join([row] * (len(chunk) // width))
        connection.execute(f"INSERT INTO {target} VALUES {rows}", chunk)  # noqa: S608 - placeholders only
