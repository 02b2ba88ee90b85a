"""What a tenant owns and YAML may declare, such as displays: one way to write it, provision it and let it go."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Generic, NamedTuple, Protocol, TypeVar

from xivo_dird.database.engine import Database, Session
from xivo_dird.database.revision import Revision
from xivo_dird.events.domain_event import DomainEvent, Lifecycle
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import NotFound, ReadOnly
from xivo_dird.tenants.service import TenantService


class OwnedResource(Protocol):
    """A resource of a tenant; `provisioned`: YAML declares it, so that REST only reads it."""

    @property
    def uuid(self) -> str:
        """Its uuid."""

    @property
    def tenant_uuid(self) -> str:
        """Its owner."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def provisioned(self) -> bool:
        """Whether YAML declares it."""


OwnedT = TypeVar("OwnedT", bound=OwnedResource)


class OwnedDao(Protocol[OwnedT]):
    """The dao of one kind of resource."""

    def find(self, session: Session, tenant_uuids: Collection[str], uuid: str) -> OwnedT | None:
        """Find one resource of these tenants."""

    def write(self, session: Session, owned: OwnedT, /) -> None:
        """Insert a resource, or replace the one with its uuid."""

    def remove(self, session: Session, tenant_uuid: str, uuid: str) -> None:
        """Remove a resource."""

    def release_all_but(self, session: Session, uuids: Iterable[str]) -> None:
        """Let REST edit what YAML declares no longer."""


class Storage(NamedTuple):
    """What every service that keeps resources of tenants is made of."""

    database: Database
    revision: Revision
    tenants: TenantService
    events: EventService


class OwnedStore(Generic[OwnedT]):
    """The resources of one kind; its methods run in the transaction of their caller, but for `provision`."""

    def __init__(
        self,
        kind: str,
        dao: OwnedDao[OwnedT],
        storage: Storage,
        lifecycle: Lifecycle[OwnedT],
        unknown: Callable[[str], NotFound],
    ) -> None:
        """Keep resources of a `kind`, such as `displays`, by `dao`.

        Args:
            kind: Their key below `provisioning` in the configuration.
            dao: Where they are kept.
            storage: Changes count in its revision and are told to its events.
            lifecycle: The events of each change.
            unknown: Makes the error for a uuid that is not there.
        """
        self._kind = kind
        self._dao = dao
        self._storage = storage
        self._lifecycle = lifecycle
        self._unknown = unknown

    def find(self, session: Session, tenant_uuids: Collection[str], uuid: str) -> OwnedT:
        """Return one resource of these tenants. Raises the error for an unknown one."""
        found = self._dao.find(session, tenant_uuids, uuid)
        if found is None:
            raise self._unknown(uuid)
        return found

    def find_editable(self, session: Session, tenant_uuids: Collection[str], uuid: str) -> OwnedT:
        """Return one resource that REST may change. Raises as `find` does, or `ReadOnly`."""
        found = self.find(session, tenant_uuids, uuid)
        self.require_editable(found)
        return found

    def require_editable(self, owned: OwnedT) -> None:
        """Raise `ReadOnly` for a resource that YAML declares."""
        if owned.provisioned:
            raise ReadOnly(self._kind, owned.name)

    def add(self, session: Session, owned: OwnedT) -> OwnedT:
        """Add a resource; return it as it is stored."""
        self._storage.tenants.record(session, owned.tenant_uuid)
        self._dao.write(session, owned)
        created = self.find(session, [owned.tenant_uuid], owned.uuid)
        self._storage.events.record(session, self._lifecycle.created(created))
        return created

    def replace(self, session: Session, owned: OwnedT) -> None:
        """Write a resource in the place of the one with its uuid."""
        self._dao.write(session, owned)
        self._storage.events.record(session, self._lifecycle.updated(owned))

    def remove(self, session: Session, owned: OwnedT) -> None:
        """Remove a resource."""
        self._dao.remove(session, owned.tenant_uuid, owned.uuid)
        self._storage.events.record(session, self._lifecycle.deleted(owned))

    def provision(self, declared: Collection[OwnedT]) -> None:
        """Write the resources that YAML declares, and release those that it declares no longer."""
        with self._storage.revision.changing() as session:
            changes = [event for owned in declared for event in self._provision(session, owned)]
            self._dao.release_all_but(session, [owned.uuid for owned in declared])
            self._storage.events.record(session, *changes)

    def _provision(self, session: Session, owned: OwnedT) -> Iterator[DomainEvent]:
        stored = self._dao.find(session, [owned.tenant_uuid], owned.uuid)
        if stored == owned:
            return
        self._storage.tenants.record(session, owned.tenant_uuid)
        self._dao.write(session, owned)
        yield self._lifecycle.updated(owned) if stored else self._lifecycle.created(owned)
