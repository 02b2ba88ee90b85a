"""The events of favorites (contract section 5.3), which are addressed to their user."""

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from xivo_dird.events.domain_event import UserEvent


@dataclass(frozen=True)
class _FavoriteEvent(UserEvent):
    """An event about a contact of a source; `source` is its name."""

    xivo_uuid: str | None
    source: str
    source_entry_id: str

    @override
    def data(self) -> Mapping[str, object]:
        return {
            "xivo_uuid": self.xivo_uuid,
            "user_uuid": self.user_uuid,
            "source": self.source,
            "source_entry_id": self.source_entry_id,
        }


@dataclass(frozen=True)
class FavoriteAdded(_FavoriteEvent):
    """A user added a contact to the favorites."""

    name = "favorite_added"
    subject = "favorite.created"


@dataclass(frozen=True)
class FavoriteDeleted(_FavoriteEvent):
    """A contact was removed from a user's favorites."""

    name = "favorite_deleted"
    subject = "favorite.deleted"
