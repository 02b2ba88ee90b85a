"""An order respects the limits of its index, and nobody waits for its build longer than they want to."""

import threading

import pytest

from index_orders import BY_NAME, SortedIndex, named, sorted_index
from waiting import LONG_TIMEOUT, assert_prompt
from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.build_request import OrderRequest
from xivo_dird.index.disk_space import MIN_FREE_BYTES, SMALL_BUILD_BYTES, check_disk, check_files
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.order_builder import build_order
from xivo_dird.index.order_names import new_part, order_lock
from xivo_dird.index.orders import IndexOrders
from xivo_dird.threads.deadline import DeadlinePassed


@pytest.fixture
def index(tmp_path):
    with sorted_index(tmp_path, named(*map(str, range(2500)))) as index:
        yield index


def orders_in(index):
    return sorted(path.suffix for path in index.path.parent.glob("order-*"))


def test_an_order_that_is_too_large_is_not_built(index):
    limited = SortedIndex(index.reader, IndexOrders(IndexLimits(max_bytes=50_000)))
    with pytest.raises(SourceUnavailable, match=r"larger than 50000 bytes \(index\.max_bytes\)"):
        limited.page()
    assert orders_in(index) == []


def test_a_full_disk_is_named(index):
    request = OrderRequest(index.reader.file.path, index.path.parent / "order-1.new", BY_NAME, IndexLimits())
    request.path.symlink_to("/dev/full")
    with pytest.raises(SourceUnavailable, match="can't write the order of its entries in "):
        build_order(request)
    request.path.unlink()
    assert orders_in(index) == []


def test_a_disk_that_is_nearly_full_is_left_to_others(tmp_path):
    def free_bytes(_):
        return MIN_FREE_BYTES + 10

    check_disk(tmp_path, SMALL_BUILD_BYTES, 11, free_bytes)
    check_disk(tmp_path, SMALL_BUILD_BYTES + 1, 10, free_bytes)
    with pytest.raises(SourceUnavailable, match="the disk is nearly full"):
        check_disk(tmp_path, SMALL_BUILD_BYTES + 1, 11, free_bytes)


def test_files_that_are_missing_yet_have_no_size(tmp_path):
    check_files([tmp_path / "missing"], IndexLimits(max_bytes=0))
    (tmp_path / "file").write_bytes(b"12")
    check_files([tmp_path / "missing", tmp_path / "file"], IndexLimits(max_bytes=2))
    with pytest.raises(SourceUnavailable, match="larger than 1 bytes"):
        check_files([tmp_path / "missing", tmp_path / "file"], IndexLimits(max_bytes=1))


def test_a_folder_that_takes_no_lock_is_named(index):
    (index.path.parent / "order.lock").mkdir()
    with pytest.raises(SourceUnavailable, match="can't write the order of its entries in "):
        index.page()


def test_who_waits_for_a_build_stops_at_the_deadline(index):
    with (
        order_lock(index.path.parent),
        assert_prompt(),
        pytest.raises(DeadlinePassed, match="still being sorted"),
    ):
        index.page(timeout=0.02)
    assert len(index.page()) == index.reader.facts.entries


def test_who_waits_gets_the_order_that_another_process_has_built(index):
    lock, found = order_lock(index.path.parent), []
    lock.acquire()
    waiting = threading.Thread(target=lambda: found.append(index.names(max_entries=1)))
    waiting.start()
    request = OrderRequest(index.reader.file.path, new_part(index.path), BY_NAME, IndexLimits())
    build_order(request)
    built = request.path.rename(index.path).stat().st_ino
    lock.release()
    waiting.join()
    assert found == [["0"]]
    assert index.path.stat().st_ino == built


def test_nobody_waits_for_a_build_once_the_source_is_closed(index):
    index.orders.close()
    with order_lock(index.path.parent), assert_prompt(), pytest.raises(SourceUnavailable):
        index.page(timeout=LONG_TIMEOUT)


@pytest.mark.parametrize("max_small_entries", [0, 10_000])
def test_no_build_begins_once_the_source_is_closed(tmp_path, max_small_entries):
    with sorted_index(tmp_path, named("Ada"), max_small_entries=max_small_entries) as index:
        index.orders.close()
        with pytest.raises(SourceUnavailable, match="being closed"):
            index.page()
        assert orders_in(index) == []


def test_an_order_is_read_without_a_build_once_the_source_is_closed(index):
    index.page()
    index.orders.close()
    assert len(index.page()) == index.reader.facts.entries
