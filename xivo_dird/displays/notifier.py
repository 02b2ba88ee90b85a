"""Events about displays, for administrators. A deleted display is also removed from the profiles that use it."""

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from xivo_dird.displays.model import Display
from xivo_dird.events.domain_event import DomainEvent, Lifecycle


@dataclass(frozen=True)
class _DisplayEvent(DomainEvent):
    """An event about one display."""

    display: Display

    @property
    @override
    def tenant(self) -> str:
        return self.display.tenant_uuid

    @override
    def data(self) -> Mapping[str, object]:
        display = self.display
        content = {
            "uuid": display.uuid,
            "tenant_uuid": display.tenant_uuid,
            "name": display.name,
            "columns": [column.model_dump() for column in display.columns],
        }
        return {"display": content}


@dataclass(frozen=True)
class DisplayCreated(_DisplayEvent):
    """A display was created."""

    name = "display_created"
    subject = "display.created"


@dataclass(frozen=True)
class DisplayUpdated(_DisplayEvent):
    """A display was changed; the event has the new content."""

    name = "display_updated"
    subject = "display.updated"


@dataclass(frozen=True)
class DisplayDeleted(_DisplayEvent):
    """A display was deleted; the event has its last content."""

    name = "display_deleted"
    subject = "display.deleted"


DISPLAY_LIFECYCLE = Lifecycle(DisplayCreated, DisplayUpdated, DisplayDeleted)
