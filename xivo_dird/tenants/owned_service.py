"""The base of services for owned resources that clients write as drafts, such as displays and profiles."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Generic, Protocol, TypeVar
from uuid import uuid4

from xivo_dird.database.engine import Session
from xivo_dird.events.domain_event import Lifecycle
from xivo_dird.exceptions import NotFound
from xivo_dird.listing import Listing, Page
from xivo_dird.tenants.owned_store import OwnedDao, OwnedStore, OwnedT, Storage


class OwnedDraft(Protocol):
    """The content of a resource as a client writes it."""

    @property
    def name(self) -> str:
        """The name of the resource."""


DraftT = TypeVar("DraftT", bound=OwnedDraft)


class OwnedServiceDao(OwnedDao[OwnedT], Protocol[OwnedT]):
    """The database access that the service needs for one kind of resource."""

    def find_by_name(self, session: Session, tenant_uuid: str, name: str) -> OwnedT | None:
        """Return a resource of a tenant that has this name, or None; always the same one if there are several."""

    def find_listed(self, session: Session, tenant_uuids: Collection[str], listing: Listing) -> Page[OwnedT]:
        """Return the requested page of the resources of these tenants."""


class OwnedService(ABC, Generic[OwnedT, DraftT]):
    """Creates, replaces, removes and finds resources of one kind, each call in its own transaction."""

    def __init__(
        self,
        kind: str,
        dao: OwnedServiceDao[OwnedT],
        storage: Storage,
        lifecycle: Lifecycle[OwnedT],
        not_found: Callable[[str], NotFound],
    ) -> None:
        """Create the service; the arguments are those of `OwnedStore`."""
        self._dao = dao
        self._database = storage.database
        self._revision = storage.revision
        self._store: OwnedStore[OwnedT] = OwnedStore(kind, dao, storage, lifecycle, not_found)

    @abstractmethod
    def _build(self, session: Session, uuid: str, tenant_uuid: str, draft: DraftT) -> OwnedT:
        """Return the resource to store for a draft.

        Raises:
            InvalidReference: The draft refers to something that the tenant does not have.
        """

    def create(self, tenant_uuid: str, draft: DraftT) -> OwnedT:
        """Add a resource to a tenant; return it as stored.

        Raises:
            InvalidReference: The draft refers to something that the tenant does not have.
            Conflict: The name must be unique and is taken.
        """
        with self._revision.changing() as session:
            return self._add(session, tenant_uuid, draft)

    def get_or_create(self, tenant_uuid: str, draft: DraftT) -> OwnedT:
        """Return the resource of a tenant with the name of the draft; add it if there is none.

        Raises:
            InvalidReference: The draft refers to something that the tenant does not have.
        """
        with self._revision.changing() as session:
            stored = self._dao.find_by_name(session, tenant_uuid, draft.name)
            return stored or self._add(session, tenant_uuid, draft)

    def update(self, tenant_uuids: Collection[str], uuid: str, draft: DraftT) -> None:
        """Replace a resource of these tenants.

        Raises:
            NotFound: There is no such resource.
            ReadOnly: The resource is declared in YAML.
            InvalidReference: The draft refers to something that the tenant does not have.
            Conflict: The name must be unique and is taken.
        """
        with self._revision.changing() as session:
            stored = self._store.find_editable(session, tenant_uuids, uuid)
            self._store.replace(session, self._build(session, stored.uuid, stored.tenant_uuid, draft))

    def remove(self, tenant_uuids: Collection[str], uuid: str) -> None:
        """Remove a resource of these tenants.

        Raises:
            NotFound: There is no such resource.
            ReadOnly: The resource is declared in YAML.
        """
        with self._revision.changing() as session:
            self._store.remove(session, self._store.find_editable(session, tenant_uuids, uuid))

    def find(self, tenant_uuids: Collection[str], uuid: str) -> OwnedT:
        """Return the resource of these tenants that has this uuid.

        Raises:
            NotFound: There is none.
        """
        with self._database.reading() as session:
            return self._store.find(session, tenant_uuids, uuid)

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[OwnedT]:
        """Return the requested page of the resources of these tenants."""
        with self._database.reading() as session:
            return self._dao.find_listed(session, tenant_uuids, listing)

    def _add(self, session: Session, tenant_uuid: str, draft: DraftT) -> OwnedT:
        return self._store.add(session, self._build(session, str(uuid4()), tenant_uuid, draft))
