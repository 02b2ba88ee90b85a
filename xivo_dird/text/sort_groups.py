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

    def add(self, key: str, text: str, count: int = 1) -> None:
        """Add items with a key, and with the text by which they are sorted first; the first spelling is kept."""
        value = first_value_key(key)
        self.initials[initial_key(value)] += count
        if self.values is None:
            return
        shown = "" if value == EMPTY else text  # it may have invisible characters
        _, first, before = self.values.get(value, (value, shown, 0))
        self.values[value] = Group(value, first, before + count)
        if len(self.values) > MAX_VALUES:
            self.values = None


def initial_key(key: str) -> str:
    """Return the key of the first letter of the item with this key; texts that begin otherwise share one."""
    return key[:2] if key[0] == LETTERS else key[0]


def initial_groups(counts: Mapping[str, int]) -> list[Group]:
    """Return the groups of first letters in the order of the list."""
    return [Group(key, _title(key), counts[key]) for key in sorted(counts)]


def _title(key: str) -> str:
    return key[1:].title() if key[0] == LETTERS else _TITLES.get(key[0], "")
