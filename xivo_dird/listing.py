"""How a list is ordered, cut and counted (contract section 1.7), the same for every list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from anyascii import anyascii

ItemT = TypeVar("ItemT")
OtherT = TypeVar("OtherT")

Direction = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What part of a list is wanted. `limit` None: all; `filters` are exact, by column."""

    order: str | None = None
    direction: Direction = "asc"
    limit: int | None = None
    offset: int = 0
    search: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """A part of a list: `total` counts all items, `filtered` those that match search and filters."""

    items: Sequence[ItemT]
    total: int
    filtered: int

    def map(self, change: Callable[[ItemT], OtherT]) -> "Page[OtherT]":
        """Put something else in the place of each item."""
        return Page([change(item) for item in self.items], self.total, self.filtered)


def find_in(items: Sequence[ItemT], searched: Sequence[str], listing: Listing) -> Page[ItemT]:
    """Find the wanted part of a list in memory: its items have the attributes that `listing` names.

    The first of the `searched` attributes is the default order. Only letter case is ignored in a search.
    """
    found = [item for item in items if _is_wanted(item, searched, listing)]
    order = listing.order or searched[0]
    in_order = ordered(found, lambda item: getattr(item, order), listing.direction)
    return Page(cut(in_order, listing), len(items), len(found))


def _is_wanted(item: object, searched: Sequence[str], listing: Listing) -> bool:
    if any(getattr(item, name) != value for name, value in listing.filters.items()):
        return False
    if listing.search is None:
        return True
    text = listing.search.casefold()
    return any(text in str(getattr(item, name)).casefold() for name in searched)


def ordered(
    items: Iterable[ItemT], value: Callable[[ItemT], object], direction: Direction, ignore_case: bool = False
) -> list[ItemT]:
    """Order by text, accents ignored; missing and empty values come last ascending and first descending."""

    def key(item: ItemT) -> tuple[bool, str]:
        text = _text(value(item))
        return not text, text.casefold() if ignore_case else text

    return sorted(items, key=key, reverse=direction == "desc")


def cut(items: Sequence[ItemT], listing: Listing) -> Sequence[ItemT]:
    """Take the wanted part of an ordered list."""
    end = None if listing.limit is None else listing.offset + listing.limit
    return items[listing.offset : end]


def _text(value: object) -> str:
    return "" if value is None else anyascii(str(value))
