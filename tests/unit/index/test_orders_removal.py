"""Orders are removed with their index, and when others are used more; what a killed build has left is removed."""

import os
import threading

import pytest

from index_orders import BY_NAME, SHAPE, SortedIndex, named
from xivo_dird.directory.sort_order import EntryOrder, SortOrder
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS
from xivo_dird.index.open_file import IndexLost
from xivo_dird.index.order_names import (
    MAX_ORDERS,
    order_lock,
    order_path,
    remove_order_leftovers,
    remove_orphans,
)
from xivo_dird.index.orders import IndexOrders
from xivo_dird.index.shared_folder import SharedFolder


class SlowKeys(EntryOrder):
    """Does something while the entries are sorted."""

    meanwhile = staticmethod(lambda: None)

    def key_and_text(self, entry):
        self.meanwhile()
        return super().key_and_text(entry)


@pytest.fixture
def files(tmp_path):
    return IndexFiles(SharedFolder(tmp_path), SHAPE, threading.Event())


@pytest.fixture
def open_index(files):
    """Return a function that opens the index of a version with one person."""
    readers = []

    def open_index(version, keys=BY_NAME):
        readers.append(files.open_or_build(version, lambda: named(f"Ada {version}")))
        return SortedIndex(readers[-1], IndexOrders(DEFAULT_INDEX_LIMITS), keys)

    yield open_index
    for reader in readers:
        reader.close()


def orders_in(folder):
    return sorted(folder.glob("order-*"))


def test_an_order_is_removed_with_its_index(files, open_index, tmp_path):
    old, new = open_index("1"), open_index("2")
    old.page()
    new.page()
    assert not files.prune(new.reader)
    assert orders_in(tmp_path) == sorted([old.path, new.path])
    old.reader.close()
    assert files.prune(new.reader)
    assert orders_in(tmp_path) == [new.path]
    files.remove()
    assert orders_in(tmp_path) == []


def test_an_index_that_is_gone_gets_no_order(files, open_index, tmp_path):
    index = open_index("1")
    files.remove()
    with pytest.raises(IndexLost):
        index.page()
    assert orders_in(tmp_path) == []


@pytest.mark.parametrize("count", [1, 1500])
def test_an_order_is_given_up_if_its_index_is_removed_meanwhile(files, tmp_path, count):
    reader = files.open_or_build("1", lambda: named(*range(count)))
    keys = SlowKeys(SortOrder(("name",)), ())
    keys.__dict__["meanwhile"] = files.remove
    index = SortedIndex(reader, IndexOrders(DEFAULT_INDEX_LIMITS), keys)
    with pytest.raises(IndexLost):
        index.page()
    reader.close()
    assert orders_in(tmp_path) == []


def test_an_order_that_was_renamed_after_its_index_was_removed_goes(files, tmp_path):
    orphan = tmp_path / "order-fingerprint-12345678-0123456789abcdef.sqlite"
    orphan.touch()
    (tmp_path / "index-fingerprint-12345678.sqlite").touch()
    remove_orphans(tmp_path)
    assert orphan.exists()
    (tmp_path / "index-fingerprint-12345678.sqlite").unlink()
    remove_orphans(tmp_path)
    assert not orphan.exists()


def test_the_orders_that_are_used_least_are_removed(open_index, tmp_path):
    index = open_index("1")
    keys = [EntryOrder(SortOrder((f"field {number}",)), ()) for number in range(MAX_ORDERS + 1)]
    paths = [order_path(index.reader.file.path, key) for key in keys]
    for age, key in enumerate(keys[:MAX_ORDERS]):
        index.keys = key
        index.page()
        os.utime(index.path, (age, age))
    index.keys = keys[0]
    index.page()
    other = open_index("2")
    other.page()
    index.keys = keys[MAX_ORDERS]
    index.page()
    assert orders_in(tmp_path) == sorted([other.path, *paths[:1], *paths[2:]])


def test_leftovers_of_a_killed_build_are_removed(open_index, tmp_path):
    leftovers = [tmp_path / "order-1-2-3.0.new", tmp_path / "order-1-2-3.0.new-staging"]
    for remove in (lambda: remove_order_leftovers(tmp_path), open_index("1").page):
        for leftover in leftovers:
            leftover.touch()
        remove()
        assert not any(leftover.exists() for leftover in leftovers)


def test_leftovers_stay_while_somebody_builds(tmp_path):
    part = tmp_path / "order-1-2-3.0.new"
    part.touch()
    with order_lock(tmp_path):
        remove_order_leftovers(tmp_path)
    assert part.exists()


def test_a_folder_without_leftovers_is_not_touched(tmp_path):
    remove_order_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []
