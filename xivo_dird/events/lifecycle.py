"""The three events that every kind of resource has: it is there, it is another, it is gone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from xivo_dird.events.model import Event


class _Owned(Protocol):
    """What belongs to a tenant."""

    @property
    def tenant_uuid(self) -> str:
        """Its tenant."""


ResourceT = TypeVar("ResourceT", bound=_Owned)


@dataclass(frozen=True)
class Lifecycle(Generic[ResourceT]):
    """The events of one kind of resource; `shown` makes what they tell of it, JSON-ready."""

    kind: str
    shown: Callable[[ResourceT], Mapping[str, object]]

    def created(self, resource: ResourceT) -> Event:
        """Tell the new one."""
        return self._about("created", resource)

    def updated(self, resource: ResourceT) -> Event:
        """Tell it as it is now."""
        return self._about("updated", resource)

    def deleted(self, resource: ResourceT) -> Event:
        """Tell it as it was."""
        return self._about("deleted", resource)

    def _about(self, what: str, resource: ResourceT) -> Event:
        data = {self.kind: self.shown(resource)}
        return Event(f"{self.kind}_{what}", f"{self.kind}.{what}", resource.tenant_uuid, None, data)
