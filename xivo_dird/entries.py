"""Entries that have more than their fields; `xivo_dird.backend` exports them to authors of backends."""

from collections.abc import Mapping
from typing import NamedTuple, Self

from xivo_dird.numbers.readings import MatchRank


class RelatedIds(NamedTuple):
    """The identifiers of a person in a telephone system, which clients see as `relations` (contract section 2.1)."""

    xivo_id: str | None = None
    agent_id: int | None = None
    user_id: int | None = None
    user_uuid: str | None = None
    endpoint_id: int | None = None


class RelatedEntry(dict[str, object]):
    """An entry of a person with identifiers in a telephone system, which are no fields of it."""

    def __init__(self, entry: Mapping[str, object], related: RelatedIds | None) -> None:
        """Copy an entry.

        Args:
            entry: The entry.
            related: The identifiers.
        """
        super().__init__(entry)
        self.related = related

    def with_fields(self, fields: Mapping[str, object]) -> Self:
        """Return the same entry with other fields."""
        return type(self)(fields, self.related)


class AlternateSpelling(RelatedEntry):
    """An entry that has the number in another spelling; a match of any source with a lower rank wins over it."""

    def __init__(self, entry: Mapping[str, object], rank: int = MatchRank.DIALLED) -> None:
        """Copy an entry, with its identifiers if it has some.

        Args:
            entry: The entry.
            rank: How it has the number (see `RequestedNumber.rank`), more than `MatchRank.EXACT`.
        """
        super().__init__(entry, related_ids_of(entry))
        self.rank = rank

    def with_fields(self, fields: Mapping[str, object]) -> Self:
        """Return the same entry with other fields."""
        copied = type(self)(fields, self.rank)
        copied.related = self.related
        return copied


def related_ids_of(entry: Mapping[str, object]) -> RelatedIds | None:
    """Return the identifiers of an entry, None if it has none."""
    return entry.related if isinstance(entry, RelatedEntry) else None
