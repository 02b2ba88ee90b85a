"""The storage of resources that tenants own and that YAML may declare, such as displays."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Generic, NamedTuple, Protocol, TypeVar

from xivo_dird.database.engine import Database, Session
from xivo_dird.database.revision import Revision
from xivo_dird.events.domain_event import DomainEvent, Lifecycle
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import NotFound, ReadOnly
from xivo_dird.tenants.service import TenantService


class OwnedResource(Protocol):
    """A resource of a tenant. A provisioned resource is declared in YAML and read-only over REST."""

    @property
    def uuid(self) -> str:
        """The uuid of the resource."""

    @property
    def tenant_uuid(self) -> str:
        """The uuid of the owner."""

    @property
    def name(self) -> str:
        """The name of the resource."""

    @property
    def provisioned(self) -> bool:
        """True if the resource is declared in YAML."""


OwnedT = TypeVar("OwnedT", bound=OwnedResource)


class OwnedDao(Protocol[OwnedT]):
    """The database access that the store needs for one kind of resource."""

    def find(self, session: Session, tenant_uuids: Collection[str], uuid: str) -> OwnedT | None:
        """Return the resource of these tenants that has this uuid, or None."""

    def write(self, session: Session, owned: OwnedT, /) -> None:
        """Insert a resource, or replace the one with the same uuid."""

    def remove(self, session: Session, tenant_uuid: str, uuid: str) -> None:
        """Remove a resource."""

    def clear_provisioned_except(self, session: Session, uuids: Iterable[str]) -> None:
        """Mark all resources as editable over REST except those with these uuids."""


class Storage(NamedTuple):
    """The dependencies of services that store resources of tenants."""

    database: Database
    revision: Revision
    tenants: TenantService
    events: EventService


class OwnedStore(Generic[OwnedT]):
    """Stores resources of one kind. All methods but `provision` run in the transaction of the caller."""

    def __init__(
        self,
        kind: str,
        dao: OwnedDao[OwnedT],
        storage: Storage,
        lifecycle: Lifecycle[OwnedT],
        not_found: Callable[[str], NotFound],
    ) -> None:
        """Create a store.

        Args:
            kind: The key of the resources below `provisioning` in the configuration, such as `displays`.
            dao: The database access for the resources.
            storage: Where changes are counted and their events recorded.
            lifecycle: Creates the events of the resources.
            not_found: Creates the error for a uuid that does not exist.
        """
        self._kind = kind
        self._dao = dao
        self._storage = storage
        self._lifecycle = lifecycle
        self._not_found = not_found

    def find(self, session: Session, tenant_uuids: Collection[str], uuid: str) -> OwnedT:
        """Return the resource of these tenants that has this uuid.

        Raises:
            NotFound: There is none.
        """
        owned = self._dao.find(session, tenant_uuids, uuid)
        if owned is None:
            raise self._not_found(uuid)
        return owned

    def find_editable(self, session: Session, tenant_uuids: Collection[str], uuid: str) -> OwnedT:
        """Return a resource that may be changed over REST.

        Raises:
            NotFound: There is no such resource.
            ReadOnly: The resource is declared in YAML.
        """
        owned = self.find(session, tenant_uuids, uuid)
        self.require_editable(owned)
        return owned

    def require_editable(self, owned: OwnedT) -> None:
        """Raise `ReadOnly` if a resource is declared in YAML."""
        if owned.provisioned:
            raise ReadOnly(self._kind, owned.name)

    def add(self, session: Session, owned: OwnedT) -> OwnedT:
        """Add a resource and record the event; return the resource as stored."""
        self._storage.tenants.record(session, owned.tenant_uuid)
        self._dao.write(session, owned)
        created = self.find(session, [owned.tenant_uuid], owned.uuid)
        self._storage.events.record(session, self._lifecycle.created(created))
        return created

    def replace(self, session: Session, owned: OwnedT) -> None:
        """Replace the resource with the same uuid, and record the event."""
        self._dao.write(session, owned)
        self._storage.events.record(session, self._lifecycle.updated(owned))

    def remove(self, session: Session, owned: OwnedT) -> None:
        """Remove a resource, and record the event."""
        self._dao.remove(session, owned.tenant_uuid, owned.uuid)
        self._storage.events.record(session, self._lifecycle.deleted(owned))

    def provision(self, declared: Collection[OwnedT]) -> None:
        """Write the resources that YAML declares; mark those that it no longer declares as editable."""
        with self._storage.revision.changing() as session:
            events = [event for owned in declared for event in self._provision(session, owned)]
            self._dao.clear_provisioned_except(session, [owned.uuid for owned in declared])
            self._storage.events.record(session, *events)

    def _provision(self, session: Session, owned: OwnedT) -> Iterator[DomainEvent]:
        """Write a declared resource if it differs from the stored one; yield the event of the change."""
        stored = self._dao.find(session, [owned.tenant_uuid], owned.uuid)
        if stored == owned:
            return
        self._storage.tenants.record(session, owned.tenant_uuid)
        self._dao.write(session, owned)
        yield self._lifecycle.updated(owned) if stored else self._lifecycle.created(owned)
