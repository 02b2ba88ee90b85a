"""The request and the answers of browsing: a part of the list of all contacts, and the groups of the whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.model import SourcePart
from xivo_dird.profiles.model import Profile
from xivo_dird.threads.deadline import Deadline

GroupKind = Literal["initials", "values"]
"""What the contacts of a group have in common: a first letter or a value."""


@dataclass(frozen=True, slots=True)
class BrowseOptions:
    """Which part of the list is wanted.

    Attributes:
        by: The field of a column of the display by which the contacts are sorted; "" for that of the names.
        begin: Begin at the first contact whose value is at or after this text; "" for all.
        after: Begin at this cursor, of an earlier answer; "" for none.
        limit: The maximum number of contacts.
        kind: By what they are grouped.
    """

    by: str = ""
    begin: str = ""
    after: str = ""
    limit: int = 100
    kind: GroupKind = "initials"


@dataclass(frozen=True, slots=True)
class GroupStart:
    """Where a group begins in a part of the list.

    Attributes:
        text: What its contacts have in common, "" if they have no value.
        after: The cursor of the begin of the group, which is the same one in all answers.
        result: The index of its first contact in this part.
    """

    text: str
    after: str
    result: int


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """A group of the whole list: as in `GroupStart`, with the number of its contacts."""

    text: str
    count: int
    after: str


@dataclass(frozen=True, slots=True)
class BrowsedPart:
    """A part of the list of all contacts of a profile.

    Attributes:
        profile: The profile.
        by: The field by which the contacts are sorted.
        fields: The field of each column of the display, None if contacts can't be sorted by the column.
        contacts: The contacts in their order.
        groups: The groups of these contacts.
        next: The cursor of what comes next; None at the end.
        parts: The outcome of each source: how many of these contacts it has, and whether it has further ones.
        deadline: Until when the sources were waited for.
    """

    profile: Profile
    by: str
    fields: Sequence[str | None]
    contacts: Sequence[Contact]
    groups: Sequence[GroupStart]
    next: str | None
    parts: Sequence[SourcePart]
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class BrowsedGroups:
    """The groups of all contacts of a profile.

    Attributes:
        by: The field by which the contacts are sorted.
        kind: By what they are grouped.
        groups: The groups in the order of the list.
        parts: The outcome of each source, and its number of contacts.
    """

    by: str
    kind: GroupKind
    groups: Sequence[CountedGroup]
    parts: Sequence[SourcePart]
