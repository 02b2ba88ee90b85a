"""A large order is built in a process of its own, which ends with its source."""

import threading
from pathlib import Path

import pytest

from index_orders import BY_NAME, HangingKeys, named, sorted_index
from waiting import LONG_TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import SourceUnavailable
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.index.open_file import IndexUnreadable

TESTS = Path(__file__).parents[2]
NAMES = [f"Name {number:04}" for number in range(20)]


class HereKeys(EntryOrder):
    """Can't be sent to another process."""

    def __getstate__(self):
        raise TypeError("no")


@pytest.fixture
def index(tmp_path):
    with sorted_index(tmp_path, named(*reversed(NAMES)), max_small_entries=0) as index:
        yield index


def test_an_order_of_a_process_is_the_one_of_this_process(index, tmp_path):
    assert index.names() == NAMES
    with sorted_index(tmp_path / "here", named(*reversed(NAMES))) as here:
        here.names()
        assert here.path.read_bytes() == index.path.read_bytes()


def test_an_order_is_built_here_if_no_process_can_build_it(index):
    index.keys = HereKeys(BY_NAME.order, ())
    assert index.names() == NAMES


def test_a_damaged_index_is_reported_by_the_process(index):
    path = index.reader.file.path
    path.write_bytes(path.read_bytes()[:4096] + b"x" * 60_000)
    with pytest.raises(IndexUnreadable):
        index.names()


def test_closing_the_source_ends_the_process(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    with sorted_index(tmp_path, named(str(tmp_path)), max_small_entries=0) as index:
        index.keys = HangingKeys(BY_NAME.order, ())
        errors = []

        def ask():
            try:
                index.page(timeout=LONG_TIMEOUT)
            except SourceUnavailable as error:
                errors.append(error.message)

        asking = threading.Thread(target=ask)
        asking.start()
        wait_until((tmp_path / "began").exists)
        with assert_prompt():
            index.orders.close()
            asking.join()
        assert errors == ["the source is being closed"]
        assert list(index.path.parent.glob("order-*")) == []
