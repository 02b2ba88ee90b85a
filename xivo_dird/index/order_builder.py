"""Builds the file of one order of the entries of an index, in bounded memory: SQLite sorts the keys."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from more_itertools import batched

from xivo_dird.index.disk_space import check_disk, check_files
from xivo_dird.index.format import decode_entries
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.new_file import new_database
from xivo_dird.index.order_format import ORDER_SCHEMA, EntryKeys
from xivo_dird.text.sort_groups import GroupCounts

ENTRY_BATCH = 1000
"""Entries per statement."""

_ENTRIES = "SELECT id, row FROM entry ORDER BY id"
_UNSORTED = "CREATE TABLE unsorted (key TEXT, entry INTEGER)"
_SORT = "INSERT INTO ordered SELECT key, entry FROM staging.unsorted ORDER BY key, entry"


def build_order(path: Path, index: sqlite3.Connection, keys: EntryKeys, limits: IndexLimits) -> None:
    """Write the order of the entries of an index to a new file.

    Args:
        path: The file to create; beside it, there is another one meanwhile.
        index: A connection to the index.
        keys: The keys of its entries.
        limits: The limits of the index.

    Raises:
        sqlite3.Error: The index can't be read, or a file can't be written.
        SourceUnavailable: The files are too large, or the disk is nearly full.
    """
    staging_path = staging_file(path)
    groups = GroupCounts()
    try:
        with new_database(staging_path, [_UNSORTED]) as staging:
            for rows in batched(index.execute(_ENTRIES), ENTRY_BATCH):
                staging.executemany("INSERT INTO unsorted VALUES (?, ?)", _keyed(rows, keys, groups))
                check_files([staging_path], limits)
        size = staging_path.stat().st_size
        check_disk(path.parent, size, size)
        with new_database(path, ORDER_SCHEMA) as order:
            _write_groups(order, groups)
            order.execute("COMMIT")
            order.execute("ATTACH ? AS staging", [str(staging_path)])
            order.execute("BEGIN")
            order.execute(_SORT)
    finally:
        staging_path.unlink(missing_ok=True)


def staging_file(path: Path) -> Path:
    """Return the file beside an order that has its keys while they are not sorted."""
    return Path(f"{path}-staging")


def _keyed(
    rows: tuple[tuple[int, bytes], ...], keys: EntryKeys, groups: GroupCounts
) -> Iterator[tuple[str, int]]:
    entries = decode_entries(b"[%b]" % b",".join(row for _, row in rows))
    for (number, _), entry in zip(rows, entries, strict=True):
        key, text = keys.key_and_text(entry)
        groups.add(key, text)
        yield key, number


def _write_groups(order: sqlite3.Connection, groups: GroupCounts) -> None:
    order.executemany("INSERT INTO value VALUES (?, ?, ?)", (groups.values or {}).values())
    order.executemany("INSERT INTO initial VALUES (?, ?)", groups.initials.items())
