"""What can be done with displays."""

from collections.abc import Collection
from dataclasses import replace
from uuid import uuid4

from xivo_dird.database.engine import Session
from xivo_dird.displays import dao
from xivo_dird.displays.model import Display, DisplayDraft
from xivo_dird.displays.notifier import DISPLAY_LIFECYCLE
from xivo_dird.exceptions import UnknownDisplay
from xivo_dird.listing import Listing, Page
from xivo_dird.tenants.owned_store import OwnedStore, Storage


class DisplayService:
    """The displays of every tenant."""

    def __init__(self, storage: Storage) -> None:
        """Keep them in `storage`."""
        self._database = storage.database
        self._revision = storage.revision
        self._store: OwnedStore[Display] = OwnedStore(
            "displays", dao, storage, DISPLAY_LIFECYCLE, UnknownDisplay
        )

    def create(self, tenant_uuid: str, draft: DisplayDraft) -> Display:
        """Add a display to a tenant."""
        with self._revision.changing() as session:
            return self._store.add(session, _drafted(tenant_uuid, draft))

    def create_missing(self, tenant_uuid: str, draft: DisplayDraft) -> Display:
        """Add a display unless the tenant has one of this name; return which it has."""
        with self._revision.changing() as session:
            stored = dao.find_named(session, tenant_uuid, draft.name)
            return stored or self._store.add(session, _drafted(tenant_uuid, draft))

    def update(self, tenant_uuids: Collection[str], uuid: str, draft: DisplayDraft) -> None:
        """Replace a display. Raises `UnknownDisplay` or `ReadOnly`."""
        with self._revision.changing() as session:
            stored = self._store.find_editable(session, tenant_uuids, uuid)
            self._store.replace(session, replace(stored, name=draft.name, columns=draft.columns))

    def remove(self, tenant_uuids: Collection[str], uuid: str) -> None:
        """Remove a display; profiles that use it have none from now on. Raises `UnknownDisplay` or `ReadOnly`."""
        with self._revision.changing() as session:
            self._store.remove(session, self._store.find_editable(session, tenant_uuids, uuid))

    def find(self, tenant_uuids: Collection[str], uuid: str) -> Display:
        """Find one display of these tenants. Raises `UnknownDisplay`."""
        with self._database.reading() as session:
            return self._store.find(session, tenant_uuids, uuid)

    def check(self, session: Session, tenant_uuid: str, uuid: str) -> None:
        """Make sure, in the transaction of whoever refers to it, that a tenant's display exists."""
        self._store.find(session, [tenant_uuid], uuid)

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[Display]:
        """Find the wanted part of the displays of these tenants."""
        with self._database.reading() as session:
            return dao.find_listed(session, tenant_uuids, listing)

    def provision(self, displays: Collection[Display]) -> None:
        """Write the displays that YAML declares, and release those that it declares no longer."""
        self._store.provision(displays)


def _drafted(tenant_uuid: str, draft: DisplayDraft) -> Display:
    return Display(str(uuid4()), tenant_uuid, draft.name, draft.columns)
