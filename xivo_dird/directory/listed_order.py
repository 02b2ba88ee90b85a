"""One order of the entries that a backend lists, in few bytes: a list may have some hundred thousand entries."""

import json
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from more_itertools import chunked

from xivo_dird.backend import Entry
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.text.sort_groups import GroupCounts

BLOCK_ENTRIES = 128
"""Number of entries that are compressed together."""

_RUN_ENTRIES = 4096
"""Number of entries that are sorted at once: other threads wait meanwhile."""

_ORDER_BYTES, _BLOCK_BYTES, _GROUP_BYTES, _CHARACTER_BYTES = 1000, 150, 350, 4
_COMPRESSION_LEVEL = 1


class ListedEntry(NamedTuple):
    """The sort key and the id of an entry."""

    key: str
    id: str


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """The entries of a list in their order: their sort keys, their ids and their groups.

    Attributes:
        first_keys: The first key of each block.
        blocks: The compressed blocks of `BLOCK_ENTRIES` entries each.
        groups: The groups of all entries.
        size: About how many bytes it takes.
    """

    first_keys: tuple[str, ...]
    blocks: tuple[bytes, ...]
    groups: GroupCounts
    size: int

    @classmethod
    def of_entries(cls, entries: Iterable[Entry], order: EntryOrder, unique_column: str) -> "ListedOrder":
        """Sort entries, those with equal keys as they are listed; one without an id can't be listed."""
        groups = GroupCounts()
        items = _items(entries, order, unique_column, groups)
        runs = [sorted(run, key=itemgetter(0)) for run in chunked(items, _RUN_ENTRIES)]
        first_keys: list[str] = []
        blocks: list[bytes] = []
        for block in chunked(merge(*runs, key=itemgetter(0)), BLOCK_ENTRIES):
            first_keys.append(block[0][0])
            blocks.append(zlib.compress(json.dumps(block).encode(), _COMPRESSION_LEVEL))
        return cls(tuple(first_keys), tuple(blocks), groups, _size(first_keys, blocks, groups))

    def entries_from(self, from_key: str, skip: int) -> Iterator[ListedEntry]:
        """Yield the entries that come next; see `Browse`."""
        begin, end = self._position(from_key, bisect_left), self._position(from_key, bisect_right)
        start, offset = divmod(min(begin + skip, end), BLOCK_ENTRIES)
        for number in range(start, len(self.blocks)):
            yield from islice(self._block(number), offset if number == start else 0, None)

    def _position(self, key: str, bisect: Callable[..., int]) -> int:
        """Return how many entries are before this key, or have it with `bisect_right`."""
        block = max(0, bisect(self.first_keys, key) - 1)
        return block * BLOCK_ENTRIES + bisect(self._block(block), key, key=itemgetter(0))

    def _block(self, number: int) -> list[ListedEntry]:
        if number >= len(self.blocks):
            return []
        return [ListedEntry(key, id_) for key, id_ in json.loads(zlib.decompress(self.blocks[number]))]


def _items(
    entries: Iterable[Entry], order: EntryOrder, unique_column: str, groups: GroupCounts
) -> Iterator[tuple[str, str]]:
    """Yield the keys and ids of entries, as plain tuples, which the garbage collector does not scan again."""
    for entry in entries:
        id_ = entry.get(unique_column)
        if id_ is not None:
            key, text = order.key_and_text(entry)
            groups.add(key, text)
            yield key, str(id_)


def _size(first_keys: Iterable[str], blocks: Iterable[bytes], groups: GroupCounts) -> int:
    values = (groups.values or {}).values()
    characters = sum(map(len, first_keys)) + sum(len(group.key) + len(group.text) for group in values)
    groups_bytes = _GROUP_BYTES * (len(values) + len(groups.initials))
    compressed = sum(_BLOCK_BYTES + len(block) for block in blocks)
    return _ORDER_BYTES + compressed + groups_bytes + _CHARACTER_BYTES * characters
