"""The events of displays, for administrators. Profiles that had a deleted display have none then."""

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from xivo_dird.displays.model import Display
from xivo_dird.events.domain_event import DomainEvent, Lifecycle


@dataclass(frozen=True)
class _DisplayEvent(DomainEvent):
    """Something of one display."""

    display: Display

    @property
    @override
    def tenant(self) -> str:
        return self.display.tenant_uuid

    @override
    def data(self) -> Mapping[str, object]:
        display = self.display
        shown = {
            "uuid": display.uuid,
            "tenant_uuid": display.tenant_uuid,
            "name": display.name,
            "columns": [column.model_dump() for column in display.columns],
        }
        return {"display": shown}


@dataclass(frozen=True)
class DisplayCreated(_DisplayEvent):
    """A new display."""

    name = "display_created"
    subject = "display.created"


@dataclass(frozen=True)
class DisplayUpdated(_DisplayEvent):
    """A display as it is now."""

    name = "display_updated"
    subject = "display.updated"


@dataclass(frozen=True)
class DisplayDeleted(_DisplayEvent):
    """A display as it was."""

    name = "display_deleted"
    subject = "display.deleted"


DISPLAY_LIFECYCLE = Lifecycle(DisplayCreated, DisplayUpdated, DisplayDeleted)
