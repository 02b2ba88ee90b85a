"""Filtering, sorting and pagination of lists (contract section 1.7), the same for every list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from anyascii import anyascii

from xivo_dird.text.matching import SearchTerm, TextMatch

ItemT = TypeVar("ItemT")
NewT = TypeVar("NewT")

Direction = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Listing:
    """The requested part of a list.

    Attributes:
        order: The column to sort by, None for the default order of the list.
        direction: Ascending or descending.
        limit: Maximum number of items, None for all.
        offset: Number of items to skip.
        search: Text that an item must contain.
        filters: Values that columns must have exactly, by column.
        recurse: Whether the items of the tenants below the scope tenant are included.
    """

    order: str | None = None
    direction: Direction = "asc"
    limit: int | None = None
    offset: int = 0
    search: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    recurse: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """A part of a list: `total` counts all items, `filtered` those that match the search and the filters."""

    items: Sequence[ItemT]
    total: int
    filtered: int

    def map(self, convert: Callable[[ItemT], NewT]) -> "Page[NewT]":
        """Return the same page with each item converted."""
        return Page([convert(item) for item in self.items], self.total, self.filtered)


def query_in_memory(items: Sequence[ItemT], search_fields: Sequence[str], listing: Listing) -> Page[ItemT]:
    """Return the requested part of a list that is in memory.

    Args:
        items: The whole list; its items have the attributes that `listing` names.
        search_fields: Attributes that are searched, ignoring case and spelling; the first is the default order.
        listing: The requested part.
    """
    matches = [item for item in items if _matches(item, search_fields, listing)]
    order = listing.order or search_fields[0]
    sorted_items = sorted_by_text(matches, lambda item: getattr(item, order), listing.direction)
    return Page(paginate(sorted_items, listing), len(items), len(matches))


def _matches(item: object, search_fields: Sequence[str], listing: Listing) -> bool:
    if any(getattr(item, name) != value for name, value in listing.filters.items()):
        return False
    if listing.search is None:
        return True
    term = SearchTerm(listing.search, TextMatch.CASE_INSENSITIVE)
    return term.is_contained([str(getattr(item, name)) for name in search_fields])


def sorted_by_text(
    items: Iterable[ItemT], value: Callable[[ItemT], object], direction: Direction, ignore_case: bool = False
) -> list[ItemT]:
    """Return the items sorted by text, ignoring accents.

    Missing and empty values come last in ascending order, first in descending order.
    """

    def key(item: ItemT) -> tuple[bool, str]:
        text = _sort_text(value(item))
        return not text, text.casefold() if ignore_case else text

    return sorted(items, key=key, reverse=direction == "desc")


def paginate(items: Sequence[ItemT], listing: Listing) -> Sequence[ItemT]:
    """Return the part of a sorted list between the offset and the limit."""
    end = None if listing.limit is None else listing.offset + listing.limit
    return items[listing.offset : end]


def _sort_text(value: object) -> str:
    return "" if value is None else anyascii(str(value))
