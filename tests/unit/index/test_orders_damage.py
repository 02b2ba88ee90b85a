"""A damaged order is built again; one that can't be read at present is not removed, nor is a good index."""

import random
import resource
import sqlite3
from contextlib import contextmanager
from pathlib import Path

import pytest

from index_orders import SortedIndex, named, sorted_index
from waiting import TIMEOUT
from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS
from xivo_dird.index.open_file import IndexUnreadable
from xivo_dird.index.orders import IndexOrders
from xivo_dird.threads.deadline import Deadline

NAMES = [f"Name {number:04}" for number in range(300)]


@pytest.fixture
def index(tmp_path):
    with sorted_index(tmp_path, named(*reversed(NAMES))) as index:
        index.names()
        yield index


def _truncate(size):
    return lambda path: path.write_bytes(path.read_bytes()[:size])


def _drop(table):
    def drop(path):
        connection = sqlite3.connect(path)
        connection.execute(f"DROP TABLE {table}")
        connection.close()

    return drop


DAMAGES = [
    *map(_truncate, (0, 50, 100, 4096, 9000)),
    *map(_drop, ("ordered", "value", "initial")),
    lambda path: path.write_text("no database at all, but as long as a header is" * 9),
    lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(8192)),
    Path.unlink,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_order_is_built_again(index, damage):
    damage(index.path)
    assert index.groups().initials == {"0n": len(NAMES)}
    assert index.names() == NAMES


def test_no_damage_of_some_bytes_raises_another_error(index):
    rng, good = random.Random(1), index.path.read_bytes()
    for _ in range(30):
        damaged = bytearray(good)
        for position in rng.choices(range(len(good)), k=20):
            damaged[position] = rng.randrange(256)
        index.path.write_bytes(damaged)
        assert set(index.names()) <= set(NAMES)
        index.groups()


def test_damage_after_damage_is_an_error(index):
    def read(_):
        raise sqlite3.DatabaseError("malformed")

    with pytest.raises(SourceUnavailable, match="damaged again and again"):
        index.orders.read(index.reader, index.keys, read, Deadline.after(TIMEOUT))
    assert index.names() == NAMES


def test_an_order_is_kept_while_there_are_too_many_open_files(index):
    built = index.path.stat().st_ino
    index.reader.entries([1])
    with _no_more_files(), pytest.raises(SourceUnavailable, match="can't be read at present"):
        index.names()
    assert index.path.stat().st_ino == built
    assert index.names() == NAMES


def test_a_damaged_index_is_reported_as_such(index):
    index.path.unlink()
    index.reader.file.path.write_bytes(index.reader.file.path.read_bytes()[:4096] + b"x" * 60_000)
    with pytest.raises(IndexUnreadable):
        index.names()
    assert [path.name for path in index.path.parent.glob("order-*")] == []


def test_an_order_leaves_no_open_file(index):
    other = SortedIndex(index.reader, IndexOrders(DEFAULT_INDEX_LIMITS))
    assert other.names() == NAMES
    opened = [str(link.resolve()) for link in Path("/proc/self/fd").iterdir()]
    assert not [path for path in opened if "/order" in path]


@contextmanager
def _no_more_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
