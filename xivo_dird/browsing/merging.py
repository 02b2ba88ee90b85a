"""Merging of the contacts of several sources, each in the same order, into one list."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from xivo_dird.browsing.cursor import Cursor
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.sort_order import SortOrder


class ListedContact(NamedTuple):
    """A contact in the list of all: its sort key, and the position of its source in the profile."""

    key: str
    position: int
    contact: Contact


def merge_sources(
    found: Sequence[Sequence[Contact]], from_keys: Sequence[str], order: SortOrder, limit: int
) -> list[ListedContact]:
    """Return the first contacts of all sources in their order; those with equal keys in the order of the sources.

    A contact that does not come in this order is left out, so that the list can't move back.

    Args:
        found: The contacts of each source.
        from_keys: Where each source was asked to begin.
        order: The order.
        limit: The maximum number of contacts.
    """
    listed = [
        _listed(contacts, position, from_key, order)
        for position, (contacts, from_key) in enumerate(zip(found, from_keys, strict=True))
    ]
    return list(islice(merge(*listed, key=attrgetter("key")), limit))


def cursor_after(listed: Sequence[ListedContact], source_uuids: Sequence[str], start: Cursor) -> Cursor:
    """Return the position after the last contact of a part of the list; there is at least one.

    Args:
        listed: The part of the list.
        source_uuids: The sources of the profile.
        start: The position where it began.
    """
    last = listed[-1]
    given = sum(one[:2] == last[:2] for one in listed)
    end = Cursor(last.key, source_uuids[last.position], given)
    return end._replace(given=given + start.given) if start[:2] == end[:2] else end


def _listed(
    contacts: Iterable[Contact], position: int, from_key: str, order: SortOrder
) -> Iterator[ListedContact]:
    lowest = from_key
    for contact in contacts:
        key = order.key(contact.fields)
        if key >= lowest:
            lowest = key
            yield ListedContact(key, position, contact)
