"""The groups of a list to which one can jump: those of a part of it, and those of all contacts, which are counted."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from xivo_dird.browsing.cursor import Cursor
from xivo_dird.browsing.merging import ListedContact
from xivo_dird.browsing.model import CountedGroup, GroupKind, GroupStart
from xivo_dird.directory.sort_order import SortOrder
from xivo_dird.text.sort_groups import Group, GroupCounts, initial_groups, initial_key, value_group
from xivo_dird.text.sort_key import first_value_key

MAX_VALUES = 200
"""With more distinct values, only first letters are counted."""


def group_starts(listed: Sequence[ListedContact], order: SortOrder, kind: GroupKind) -> list[GroupStart]:
    """Return the groups of a part of the list; the first one begins with it."""
    key_of = first_value_key if kind == "values" else initial_key
    starts = []
    for key, group in groupby(enumerate(listed), lambda item: key_of(item[1].key)):
        index, first = next(group)
        if kind == "values":
            text = value_group(key, order.text(first.contact.fields), 1).text
        else:
            text = initial_groups({key: 1})[0].text
        starts.append(GroupStart(text, _begin(key), index))
    return starts


def counted_groups(
    counts: Iterable[GroupCounts], kind: GroupKind | None
) -> tuple[GroupKind, list[CountedGroup]]:
    """Return the groups of the contacts of all sources, and their kind.

    Args:
        counts: The groups of each source.
        kind: The preferred kind; None for values. If there are too many of those, they are first letters in any case.
    """
    total = GroupCounts()
    for count in counts:
        total.update(count)
    if kind != "initials" and total.values is not None and len(total.values) <= MAX_VALUES:
        return "values", [_counted(total.values[key]) for key in sorted(total.values)]
    return "initials", [_counted(group) for group in initial_groups(total.initials)]


def _counted(group: Group) -> CountedGroup:
    return CountedGroup(group.text, group.items, _begin(group.key))


def _begin(key: str) -> str:
    return Cursor(key).encode()
