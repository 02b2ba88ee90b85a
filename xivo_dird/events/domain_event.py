"""Domain events: a frozen dataclass per event name, defined in the notifier of its resource."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple, TypeVar

from typing_extensions import override

from xivo_dird.events.model import Event

EVENT_NAMES = frozenset(
    {
        "display_created",
        "display_deleted",
        "display_updated",
        "favorite_added",
        "favorite_deleted",
        "personal_contact_created",
        "personal_contact_deleted",
        "personal_contact_updated",
        "personal_contacts_imported",
        "personal_contacts_purged",
        "phonebook_contact_created",
        "phonebook_contact_deleted",
        "phonebook_contact_updated",
        "phonebook_contacts_imported",
        "phonebook_created",
        "phonebook_deleted",
        "phonebook_updated",
        "profile_created",
        "profile_deleted",
        "profile_updated",
        "source_created",
        "source_deleted",
        "source_updated",
    }
)
"""The names of all events that the daemon itself records; consumers bind to them."""


class DomainEvent(ABC):
    """A change that consumers are notified of; the fields of a subclass describe the change."""

    name: ClassVar[str]
    """The event name, one of `EVENT_NAMES`."""

    subject: ClassVar[str]
    """The last part of the routing key, such as "favorite.created"."""

    def __init_subclass__(cls) -> None:
        """Check the name of a subclass.

        Raises:
            TypeError: `EVENT_NAMES` does not contain it.
        """
        super().__init_subclass__()
        name = getattr(cls, "name", None)
        if name is not None and name not in EVENT_NAMES:
            raise TypeError(f"{cls.__name__}: EVENT_NAMES has no {name!r}")

    @property
    @abstractmethod
    def tenant(self) -> str | None:
        """The uuid of the tenant that the event is for."""

    @property
    def user(self) -> str | None:
        """The uuid of the user that the event is for, None if it is for the whole tenant."""
        return None

    @abstractmethod
    def data(self) -> Mapping[str, object]:
        """Return the JSON-ready resource after the change; a deleted resource as it was before."""

    def to_event(self) -> Event:
        """Return the event to record."""
        return Event(self.name, self.subject, self.tenant, self.user, self.data())


@dataclass(frozen=True)
class UserEvent(DomainEvent):
    """A change of the data of one user; `tenant_uuid` is the tenant in which it happened."""

    tenant_uuid: str | None
    user_uuid: str

    @property
    @override
    def tenant(self) -> str | None:
        return self.tenant_uuid

    @property
    @override
    def user(self) -> str:
        return self.user_uuid


ModelT = TypeVar("ModelT")


class Lifecycle(NamedTuple, Generic[ModelT]):
    """The events of one kind of resource: callables that create the event for a given resource."""

    created: Callable[[ModelT], DomainEvent]
    updated: Callable[[ModelT], DomainEvent]
    deleted: Callable[[ModelT], DomainEvent]
