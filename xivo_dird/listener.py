"""PUBLIC: everything that the author of a listener imports.

A listener handles events of the bus. Name the events, declare the schema of their data, and register the class in the
entry-point group `xivo_dird.listeners`. An event may be delivered twice, so `handle` must be idempotent.
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
    """The schema of an event's data. Unknown keys are ignored; an event with invalid data is never handled."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


DataT = TypeVar("DataT", bound=EventData)


class Listener(ABC, Generic[DataT]):
    """Handles events of the bus, one at a time."""

    events: ClassVar[tuple[str, ...]]
    """The names of the handled events."""

    Data: ClassVar[type[EventData]]

    def __init__(self, services: Services) -> None:
        """Store the services; `services.events.publish` publishes events of the listener."""
        self.services = services

    @abstractmethod
    def handle(self, name: str, data: DataT) -> None:
        """Handle an event.

        If it raises, the error is logged and the event is retried several times, then moved to the dead-letter queue;
        other events and other listeners are not affected. While the database is unavailable, events wait.
        """


AnyListener = Listener[EventData]
"""A listener with any data."""
