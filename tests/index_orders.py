"""Small indexes, and the orders of their entries, for tests."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index_factory import index_factory
from waiting import TIMEOUT
from xivo_dird.backend import Entry, TextMatch
from xivo_dird.directory.sort_order import EntryOrder, SortOrder
from xivo_dird.index.format import IndexShape
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS
from xivo_dird.index.order_file import OrderFile
from xivo_dird.index.order_format import EntryKeys
from xivo_dird.index.order_names import order_path
from xivo_dird.index.orders import IndexOrders
from xivo_dird.index.reader import IndexReader
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
BY_NAME = EntryOrder(SortOrder(("name",)), ())
ALL = 10_000


def named(*names: object) -> list[Entry]:
    """Return entries with these names."""
    return [{"id": str(number), "name": name} for number, name in enumerate(names)]


class HangingKeys(EntryOrder):
    """Notes in the folder that is the name of an entry that it was called, and then hangs."""

    def key_and_text(self, entry: Entry) -> tuple[str, str]:
        (Path(str(entry["name"])) / "began").touch()
        threading.Event().wait()
        return super().key_and_text(entry)


class SortedIndex:
    """An index whose entries are listed in an order."""

    def __init__(self, reader: IndexReader, orders: IndexOrders, keys: EntryKeys = BY_NAME) -> None:
        self.reader = reader
        self.orders = orders
        self.keys = keys

    @property
    def path(self) -> Path:
        """The file of the order."""
        return order_path(self.reader.file.path, self.keys)

    def page(
        self, from_key: str = "", skip: int = 0, max_entries: int = ALL, timeout: float = TIMEOUT
    ) -> list[Entry]:
        """Return the entries that come next."""

        def read(file: OrderFile) -> list[int]:
            return file.page(from_key, skip, max_entries)

        numbers = self.orders.read(self.reader, self.keys, read, Deadline.after(timeout))
        return self.reader.entries(numbers)

    def names(self, from_key: str = "", skip: int = 0, max_entries: int = ALL) -> list[object]:
        """Return the names of the entries that come next."""
        return [entry["name"] for entry in self.page(from_key, skip, max_entries)]

    def groups(self) -> GroupCounts:
        """Return the groups of all entries."""
        return self.orders.read(self.reader, self.keys, OrderFile.groups, Deadline.after(TIMEOUT))


@contextmanager
def sorted_index(folder: Path, entries: Sequence[Entry], **options: int) -> Iterator[SortedIndex]:
    """Yield the index of entries; `options` are those of its orders."""
    orders = IndexOrders(DEFAULT_INDEX_LIMITS, **options)
    with index_factory(folder) as build:
        yield SortedIndex(build(entries, SHAPE), orders)
    orders.close()
