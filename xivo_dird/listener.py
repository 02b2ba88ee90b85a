"""PUBLIC: all that the author of a listener imports.

A listener reacts to events of the bus. Name the events, declare their data, name the class in the entry-point group
`xivo_dird.listeners`. An event may come twice: what `handle` does must
be the same when it is done again.
"""

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from xivo_dird.backend import SourceOptions
from xivo_dird.displays.model import Display, DisplayColumn, DisplayDraft
from xivo_dird.exceptions import Conflict, DirdError, InvalidData, Unavailable
from xivo_dird.profiles.model import ProfileDraft, Reference, ServiceDraft, ServiceOptions
from xivo_dird.services import Services
from xivo_dird.sources.model import Source
from xivo_dird.tenants.model import Tenant

__all__ = [
    "Conflict",
    "DirdError",
    "Display",
    "DisplayColumn",
    "DisplayDraft",
    "EventData",
    "InvalidData",
    "Listener",
    "ProfileDraft",
    "Reference",
    "ServiceDraft",
    "ServiceOptions",
    "Services",
    "Source",
    "SourceOptions",
    "Tenant",
    "Unavailable",
]


class EventData(BaseModel):
    """The schema of an event's data; what it does not name is ignored. Data that break it are never handled."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


DataT = TypeVar("DataT", bound=EventData)


class Listener(ABC, Generic[DataT]):
    """Handles events of the bus, one at a time."""

    events: ClassVar[tuple[str, ...]]
    """The names of the events that it handles."""

    Data: ClassVar[type[EventData]]

    def __init__(self, services: Services) -> None:
        """Keep the services; `services.events.publish` tells events of its own."""
        self.services = services

    @abstractmethod
    def handle(self, name: str, data: DataT) -> None:
        """React to an event.

        An exception is logged, and the event is tried again some times, then set aside; it costs no other event and
        no other listener. While the store is away events wait.
        """


AnyListener = Listener[EventData]
"""A listener, whatever its data."""
