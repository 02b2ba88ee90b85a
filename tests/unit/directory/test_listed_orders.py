"""The cache of the orders that backends list."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.directory.listed_order import ListedOrder
from xivo_dird.directory.listed_orders import ListedOrders
from xivo_dird.directory.sort_order import EntryOrder, SortOrder
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

BY_NAME = EntryOrder(SortOrder(("name",)), ())


def order_of(*names):
    return ListedOrder.of_entries(({"id": name, "name": name} for name in names), BY_NAME, "id")


class List:
    """A list that counts how often it is sorted."""

    def __init__(self):
        self.current = "1"
        self.sorted = 0
        self.gate = threading.Event()
        self.gate.set()
        self.error = None

    def version(self):
        return self.current

    def read(self):
        self.sorted += 1
        assert self.gate.wait(TIMEOUT)
        if self.error is not None:
            raise self.error
        return order_of(f"sorted {self.sorted}")


@pytest.fixture
def names():
    names = List()
    yield names
    names.gate.set()


@pytest.fixture
def orders():
    return ListedOrders()


def get(orders, names, key="by name", timeout=TIMEOUT):
    return orders.get(key, names.version, names.read, Deadline.after(timeout))


def test_an_order_is_sorted_again_with_a_new_version_only(orders, names):
    first = get(orders, names)
    assert get(orders, names) is first
    names.current = "2"
    assert get(orders, names).version == "2"
    assert names.sorted == 2


def test_orders_with_other_keys_are_others(orders, names):
    assert get(orders, names, "by name").order != get(orders, names, "by town").order


def test_threads_that_want_the_same_order_share_one_sorting(orders, names):
    names.gate.clear()
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(get, orders, names) for _ in range(8)]
        wait_until(lambda: names.sorted)
        names.gate.set()
        assert len({id(future.result(TIMEOUT).order) for future in found}) == 1
    assert names.sorted == 1


def test_whoever_waits_for_another_thread_gives_up_at_the_deadline(orders, names):
    names.gate.clear()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(get, orders, names, timeout=LONG_TIMEOUT)
        wait_until(lambda: names.sorted)
        with pytest.raises(DeadlinePassed):
            get(orders, names, timeout=0.01)
        other = List()
        assert get(orders, other, "by town").version == "1"
        names.gate.set()
        assert get(orders, names) == first.result(TIMEOUT)


def test_a_sorting_that_fails_is_tried_by_the_next_one(orders, names):
    names.error = RuntimeError("no list")
    with pytest.raises(RuntimeError):
        get(orders, names)
    names.error = None
    assert get(orders, names).version == "1"


def test_a_change_during_the_sorting_makes_the_order_invalid(orders, names):
    def read():
        names.current = "2"
        return order_of("old or new")

    assert orders.get("by name", names.version, read, Deadline.after(TIMEOUT)).version == "1"
    assert get(orders, names).version == "2"


def test_the_orders_used_least_recently_are_dropped(names):
    size = order_of("sorted 1").size
    orders = ListedOrders(max_bytes=2 * size)
    for key in ("a", "b", "a", "c", "a"):
        get(orders, names, key)
    assert names.sorted == 3
    get(orders, names, "b")
    assert names.sorted == 4


def test_an_order_larger_than_the_cache_is_not_kept(names):
    orders = ListedOrders(max_bytes=10)
    assert get(orders, names).order != get(orders, names).order
