"""Builds the file of one order of the entries of an index, in bounded memory: SQLite sorts the keys."""

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

from more_itertools import batched

from xivo_dird.backend import Entry, SourceUnavailable
from xivo_dird.index.build_request import OrderRequest
from xivo_dird.index.disk_space import check_disk, check_files
from xivo_dird.index.format import decode_entries
from xivo_dird.index.new_file import new_database
from xivo_dird.index.open_file import IndexUnreadable, read_only_uri
from xivo_dird.index.order_format import ORDER_SCHEMA
from xivo_dird.index.order_names import staging_file
from xivo_dird.text.sort_groups import GroupCounts

ENTRY_BATCH = 1000
"""Entries per statement."""

_ENTRIES = "SELECT id, row FROM entry ORDER BY id"
_UNSORTED = "CREATE TABLE unsorted (key TEXT, entry INTEGER)"
_SORT = "INSERT INTO ordered SELECT key, entry FROM staging.unsorted ORDER BY key, entry"

_NumberedEntries = list[tuple[int, Entry]]


def build_order(request: OrderRequest, is_aborted: Callable[[], bool] = lambda: False) -> None:
    """Write the order of the entries of an index to a new file, beside which there is another one meanwhile.

    Args:
        request: The index, the file and the keys.
        is_aborted: Checked between batches of entries; when it returns True, the build ends.

    Raises:
        IndexUnreadable: The index can't be read.
        SourceUnavailable: The file can't be written or is too large, the disk is nearly full, the index was removed
            meanwhile, or the build was aborted.
    """
    try:
        _build(request, is_aborted)
    except (OSError, sqlite3.Error) as error:
        folder = request.path.parent
        raise SourceUnavailable(f"can't write the order of its entries in {folder}: {error}") from error


def _build(request: OrderRequest, is_aborted: Callable[[], bool]) -> None:
    staging_path = staging_file(request.path)
    groups = GroupCounts()
    try:
        with new_database(staging_path, [_UNSORTED]) as staging, closing(_batches(request.index)) as batches:
            for batch in batches:
                staging.executemany("INSERT INTO unsorted VALUES (?, ?)", _keyed(batch, request, groups))
                check_files([staging_path], request.limits)
                if is_aborted() or not request.index.exists():
                    raise SourceUnavailable("its index was replaced, or the source is being closed")
        size = staging_path.stat().st_size
        check_disk(request.path.parent, size, size)
        _write(request.path, staging_path, groups)
        check_files([request.path], request.limits)
    finally:
        staging_path.unlink(missing_ok=True)


def _batches(index: Path) -> Generator[_NumberedEntries]:
    """Yield the entries of an index with their numbers, by their numbers.

    Raises:
        IndexUnreadable: It can't be read, perhaps only at present.
    """
    try:
        with closing(sqlite3.connect(read_only_uri(index), uri=True)) as connection:
            for rows in batched(connection.execute(_ENTRIES), ENTRY_BATCH):
                entries = decode_entries(b"[%b]" % b",".join(row for _, row in rows))
                yield [(number, entry) for (number, _), entry in zip(rows, entries, strict=True)]
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise IndexUnreadable(f"its index can't be read: {error}") from error


def _keyed(
    entries: _NumberedEntries, request: OrderRequest, groups: GroupCounts
) -> Iterator[tuple[str, int]]:
    for number, entry in entries:
        key, text = request.keys.key_and_text(entry)
        groups.add(key, text)
        yield key, number


def _write(path: Path, staging_path: Path, groups: GroupCounts) -> None:
    with new_database(path, ORDER_SCHEMA) as order:
        order.executemany("INSERT INTO value VALUES (?, ?, ?)", (groups.values or {}).values())
        order.executemany("INSERT INTO initial VALUES (?, ?)", groups.initials.items())
        order.execute("COMMIT")
        order.execute("ATTACH ? AS staging", [str(staging_path)])
        order.execute("BEGIN")
        order.execute(_SORT)
