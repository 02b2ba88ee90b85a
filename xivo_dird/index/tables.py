"""Fills the tables of a snapshot index in batches, which SQLite writes without holding the GIL."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import orjson
from more_itertools import sliced
from pyroaring import BitMap

from xivo_dird.backend import Entry
from xivo_dird.index.format import (
    ENTRY_SCHEMA,
    IndexShape,
    encode_entry,
    id_keys,
    number_keys,
    word_keys,
)
from xivo_dird.index.grams import encode_texts
from xivo_dird.index.postings import write_postings
from xivo_dird.numbers.terms import has_separated_digits, separated_digits
from xivo_dird.text.folding import SEPARATOR, is_storable
from xivo_dird.text.values import texts_of

ENTRY_BATCH = 250
"""Entries per statement: few enough to save memory, enough to release the GIL for long."""

GRAM_BATCH = 2000
"""Texts per statement of the second thread, which has to wait for the GIL before each statement."""

MAX_BATCH_CHARACTERS = 2_000_000
"""Characters of a batch of few, very large entries."""

MAX_QUEUED_BATCHES = 3
"""Maximum number of batches that the second thread has not finished."""

MAX_ROWS = 2000
"""Rows per statement, for entries with long lists of numbers: SQLite limits the number of parameters."""

STAGING_SCHEMA = (ENTRY_SCHEMA, "CREATE TABLE unsorted (key INTEGER)")
STAGED_GRAMS_SCHEMA = (
    "CREATE VIRTUAL TABLE occurrence USING fts5 ("
    "spelled, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')",
    "INSERT INTO occurrence (occurrence, rank) VALUES ('hashsize', 1048576)",
    "INSERT INTO occurrence (occurrence, rank) VALUES ('automerge', 0)",
)
"""The tables of a staging file for grams: a full-text table, which SQLite fills fast and in bounded memory."""

_COPY = (
    "BEGIN",
    "INSERT INTO main.entry SELECT * FROM staging.entry",
    "INSERT OR IGNORE INTO key SELECT key FROM staging.unsorted ORDER BY key",
)
_VOCABULARY = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, occurrence, instance)"
_POSTINGS = "SELECT term, json_group_array(doc) FROM temp.vocabulary GROUP BY term"


class StagingTables:
    """The tables of a staging file: the entries, and their keys, unsorted."""

    def __init__(self, shape: IndexShape, connection: sqlite3.Connection) -> None:
        """Prepare to fill the tables, which exist already.

        Args:
            shape: What is indexed, and how.
            connection: A connection with an open transaction, in which everything is written.
        """
        self._shape = shape
        self._connection = connection
        self._key_columns: list[tuple[Callable[[str, int], list[int]], str]] = [
            (number_keys, column) for column in shape.first_matched_columns
        ]
        if shape.unique_column is not None:
            self._key_columns.append((id_keys, shape.unique_column))
        self._entries: list[object] = []
        self._keys: list[int] = []
        self._characters = 0
        self.count = 0

    @property
    def is_batch_full(self) -> bool:
        """Return True if `write` is due."""
        return self.count % ENTRY_BATCH == 0 or self._characters > MAX_BATCH_CHARACTERS

    def add(self, number: int, entry: Entry) -> str | None:
        """Add the next entry in the directory's order; numbers ascend.

        Returns:
            The text whose grams are to be added, None if the entry has no searched text.
        """
        self.count += 1
        texts = self._searched_texts(entry)
        joined = SEPARATOR.join(texts)
        searched = self._normalize(joined, texts) if texts else None
        numbers = None if searched is None else _written_digits(searched, texts)
        row = encode_entry(entry)
        self._characters += len(row)
        self._entries += (number, searched, numbers, row)
        self._add_keys(number, joined, entry)
        return gram_text(searched, numbers)

    def write(self) -> None:
        """Write what was added since the last call."""
        insert_rows(self._connection, "entry (id, searched, numbers, row)", 4, self._entries)
        insert_rows(self._connection, "unsorted (key)", 1, self._keys)
        self._entries = []
        self._keys = []
        self._characters = 0

    def _add_keys(self, number: int, searched: str, entry: Entry) -> None:
        self._keys += word_keys(searched, number)
        for keys_of, column in self._key_columns:
            value = entry.get(column)
            for text in (value,) if isinstance(value, str) else texts_of(value):
                self._keys += keys_of(text, number)

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
        # Fast path: plain ASCII text only has to be in lower case, and nearly all rows are such text.
        separators = len(texts) - 1
        if (
            joined.isascii()
            and "  " not in joined
            and joined.replace(SEPARATOR, "", separators).isprintable()
        ):
            return joined.lower()
        if joined.count(SEPARATOR) == separators and is_storable(joined.replace(SEPARATOR, "")):
            return self._shape.text_match.normalize(joined)
        return SEPARATOR.join(map(self._shape.normalize, texts))


def gram_text(searched: str | None, numbers: str | None) -> str | None:
    """Return the text whose grams an entry has, None if it has no searched text."""
    return searched if searched is None or numbers is None else f"{searched}{SEPARATOR}{numbers}"


def _written_digits(searched: str, texts: list[str]) -> str | None:
    """Return the digits of numbers with blanks or punctuation, joined; None if there are none."""
    return SEPARATOR.join(separated_digits(texts)) or None if has_separated_digits(searched) else None


class StagedGrams:
    """The grams of entries, written to a staging file by a thread that ends with the context of this manager."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        raise_if_aborted: Callable[[], None],
        max_characters: int = MAX_BATCH_CHARACTERS,
    ) -> None:
        """Start without grams.

        Args:
            connection: A connection with an open transaction; nothing else may use it until the end of the context.
            raise_if_aborted: Called before each long statement.
            max_characters: Characters of a batch of few, very large texts.
        """
        self._max_characters = max_characters
        self._connection = connection
        self._raise_if_aborted = raise_if_aborted
        self._executor = ThreadPoolExecutor(1, "snapshot index")
        self._pending: deque[Future[None]] = deque()
        self._numbers: list[int] = []
        self._texts: list[str] = []
        self._characters = 0

    def __enter__(self) -> "StagedGrams":
        """Return the grams themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the thread; everything has been written then, unless the context was left by an error.

        Raises:
            sqlite3.Error: The thread failed to write.
            Exception: What `raise_if_aborted` raised in the thread.
        """
        if error is None:
            self._submit_batch()
        self._executor.shutdown(cancel_futures=error is not None)
        if error is None:
            self._wait_for_pending(0)

    def add(self, number: int, text: str) -> None:
        """Add the grams of the text of the entry with this number.

        Raises:
            sqlite3.Error: The thread failed to write an earlier batch.
        """
        self._numbers.append(number)
        self._texts.append(text)
        self._characters += len(text)
        if len(self._texts) == GRAM_BATCH or self._characters > self._max_characters:
            self._submit_batch()

    def postings(self) -> Iterator[tuple[str, BitMap]]:
        """Yield each gram with the numbers of its entries, after the end of the context."""
        self._connection.execute(_VOCABULARY)
        for gram, numbers in self._connection.execute(_POSTINGS):
            self._raise_if_aborted()
            yield gram, BitMap(orjson.loads(numbers))

    def _submit_batch(self) -> None:
        """Encode the batch in this thread, since the thread that writes it has more to do."""
        if not self._texts:
            return
        values: list[object] = [None] * (2 * len(self._texts))
        values[0::2] = self._numbers
        values[1::2] = encode_texts(self._texts)
        self._numbers = []
        self._texts = []
        self._characters = 0
        self._wait_for_pending(MAX_QUEUED_BATCHES - 1)
        self._pending.append(self._executor.submit(self._write, values))

    def _wait_for_pending(self, max_pending: int) -> None:
        while len(self._pending) > max_pending:
            self._pending.popleft().result()

    def _write(self, values: Sequence[object]) -> None:
        self._raise_if_aborted()
        insert_rows(self._connection, "occurrence (rowid, spelled)", 2, values)


def fill_index(
    index: sqlite3.Connection, staging_path: Path, grams: StagedGrams, raise_if_aborted: Callable[[], None]
) -> None:
    """Fill the tables of an index from its staging files.

    Args:
        index: A connection with an open transaction.
        staging_path: The file of `StagingTables`, committed.
        grams: The grams, after the end of their context.
        raise_if_aborted: Called before each long statement.
    """
    write_postings(index, grams.postings())
    index.execute("COMMIT")
    index.execute("ATTACH ? AS staging", [str(staging_path)])
    for statement in _COPY:
        raise_if_aborted()
        index.execute(statement)


def insert_rows(connection: sqlite3.Connection, target: str, width: int, values: Sequence[object]) -> None:
    """Insert rows of `width` values each, given as a flat sequence, into the table and columns of `target`."""
    row = f"({', '.join('?' * width)})"
    for chunk in sliced(values, MAX_ROWS * width):
        rows = ", ".join([row] * (len(chunk) // width))
        connection.execute(f"INSERT INTO {target} VALUES {rows}", chunk)  # noqa: S608 - placeholders only
