"""The groups of a sorted list to which one can jump: its distinct texts, or else their first letters."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from xivo_dird.text.sort_key import EMPTY, HAN, LETTERS, OTHERS, first_value_key

MAX_VALUES = 1000
"""Maximum number of distinct texts that are counted; with more of them, only first letters are."""

_TITLES = {HAN: "\u6f22", OTHERS: "#"}


class Group(NamedTuple):
    """Consecutive items of a list.

    Attributes:
        key: The lowest key of its items; see `sort_key`.
        text: What its items have in common, "" if they have no text.
        items: The number of items.
    """

    key: str
    text: str
    items: int


@dataclass(slots=True)
class GroupCounts:
    """Counts the items of the groups of a list while it is read, in any order.

    Attributes:
        values: The groups of the distinct texts by their keys; None if there are more than `MAX_VALUES`.
        initials: The groups of the first letters by their keys.
    """

    values: dict[str, Group] | None = field(default_factory=dict)
    initials: Counter[str] = field(default_factory=Counter)

    def add(self, key: str, text: str) -> None:
        """Add an item with a key, and with the text by which it is sorted first; the first spelling is kept."""
        value = first_value_key(key)
        self.initials[initial_key(value)] += 1
        if self.values is not None:
            self._add_value(self.values, value_group(value, text, 1))

    def update(self, other: "GroupCounts") -> None:
        """Add the items of another list."""
        self.initials.update(other.initials)
        if other.values is None:
            self.values = None
            return
        for group in other.values.values():
            if self.values is not None:
                self._add_value(self.values, group)

    def _add_value(self, values: dict[str, Group], group: Group) -> None:
        first = values.get(group.key)
        values[group.key] = group if first is None else first._replace(items=first.items + group.items)
        if len(values) > MAX_VALUES:
            self.values = None


def value_group(key: str, text: str, items: int) -> Group:
    """Return the group of the items whose first value has this key, and a text."""
    return Group(key, "" if key == EMPTY else text, items)  # the text may have invisible characters


def initial_key(key: str) -> str:
    """Return the key of the first letter of the item with this key; texts that begin otherwise share one."""
    return key[:2] if key[0] == LETTERS else key[0]


def initial_groups(counts: Mapping[str, int]) -> list[Group]:
    """Return the groups of first letters in the order of the list."""
    return [Group(key, _title(key), counts[key]) for key in sorted(counts)]


def _title(key: str) -> str:
    return key[1:].title() if key[0] == LETTERS else _TITLES.get(key[0], "")
