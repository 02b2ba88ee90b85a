"""The order of the contacts of phonebooks, so that a page of a long list is read without the others."""

from array import array
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.search_dao import ContactSearch
from xivo_dird.contacts.store_state import StoreState
from xivo_dird.listing import Direction, sorted_by_text
from xivo_dird.versioned_cache import VersionedCache

MAX_CACHE_BYTES = 32 * 1024 * 1024
"""Maximum memory of all cached orders; those that were not used for the longest time are dropped."""

_ORDER_BYTES, _ID_BYTES, _CHARACTER_BYTES = 500, 8, 4


class OrderKey(NamedTuple):
    """Which contacts of a phonebook are listed, and in which order; `order` is the field, None for the age."""

    phonebook_uuid: str
    search: str
    order: str | None
    direction: Direction
    ignore_case: bool


class CachedOrders:
    """Row ids of contacts in the order of a list, valid until the state changes. Threads may share an instance."""

    def __init__(self, max_bytes: int = MAX_CACHE_BYTES) -> None:
        """Create an empty cache of at most `max_bytes`."""
        self._cached: VersionedCache[OrderKey, StoreState, Sequence[int]] = VersionedCache(max_bytes)

    def get(self, key: OrderKey, state: StoreState, read: Callable[[], Sequence[int]]) -> Sequence[int]:
        """Return the row ids of a list: the cached ones if they are of this state, else those that `read` returns."""
        cached = self._cached.find(key, state)
        if cached is not None:
            return cached
        row_ids = array("q", read())
        size = (
            _ORDER_BYTES + _ID_BYTES * len(row_ids) + _CHARACTER_BYTES * sum(map(len, filter(None, key[:3])))
        )
        self._cached.put(key, state, row_ids, size)
        return row_ids


def read_sorted(search: ContactSearch, key: OrderKey) -> list[StoredContact]:
    """Return the contacts of a list."""
    found = (contact for _, contact in search.search_everywhere(key.search))
    order = key.order
    if order is None:
        return list(found)
    return sorted_by_text(found, lambda contact: contact.fields.get(order), key.direction, key.ignore_case)


def read_row_ids(search: ContactSearch, key: OrderKey) -> list[int]:
    """Return the row ids of the contacts of a list; of each contact only what it is sorted by is kept."""
    order = key.order
    if order is None:
        return [row_id for row_id, _ in search.search_everywhere(key.search)]
    values = ((row_id, contact.fields.get(order)) for row_id, contact in search.search_everywhere(key.search))
    return [row_id for row_id, _ in sorted_by_text(values, itemgetter(1), key.direction, key.ignore_case)]
