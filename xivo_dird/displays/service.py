"""What can be done with displays."""

from collections.abc import Collection
from dataclasses import replace
from uuid import uuid4

from xivo_dird.database.engine import Database, Session
from xivo_dird.database.revision import Revision
from xivo_dird.displays import dao
from xivo_dird.displays.model import Display, DisplayDraft
from xivo_dird.exceptions import ReadOnly, UnknownDisplay
from xivo_dird.listing import Listing, Page
from xivo_dird.tenants.service import TenantService


class DisplayService:
    """The displays of every tenant."""

    def __init__(self, database: Database, revision: Revision, tenants: TenantService) -> None:
        """Keep them in `database`, count their changes in `revision`."""
        self._database = database
        self._revision = revision
        self._tenants = tenants

    def create(self, tenant_uuid: str, draft: DisplayDraft) -> Display:
        """Add a display to a tenant."""
        display = Display(str(uuid4()), tenant_uuid, draft.name, draft.columns)
        with self._revision.changing() as session:
            self._tenants.record(session, tenant_uuid)
            dao.write(session, display)
        return display

    def update(self, tenant_uuids: Collection[str], uuid: str, draft: DisplayDraft) -> None:
        """Replace a display. Raises `UnknownDisplay` or `ReadOnly`."""
        with self._revision.changing() as session:
            display = _editable(session, tenant_uuids, uuid)
            dao.write(session, replace(display, name=draft.name, columns=draft.columns))

    def remove(self, tenant_uuids: Collection[str], uuid: str) -> None:
        """Remove a display; profiles that use it have none from now on. Raises `UnknownDisplay` or `ReadOnly`."""
        with self._revision.changing() as session:
            display = _editable(session, tenant_uuids, uuid)
            dao.remove(session, display.tenant_uuid, display.uuid)

    def find(self, tenant_uuids: Collection[str], uuid: str) -> Display:
        """Find one display of these tenants. Raises `UnknownDisplay`."""
        with self._database.reading() as session:
            return _found(session, tenant_uuids, uuid)

    def check(self, session: Session, tenant_uuid: str, uuid: str) -> None:
        """Make sure, in the transaction of whoever refers to it, that a tenant's display exists."""
        _found(session, [tenant_uuid], uuid)

    def find_listed(self, tenant_uuids: Collection[str], listing: Listing) -> Page[Display]:
        """Find the wanted part of the displays of these tenants."""
        with self._database.reading() as session:
            return dao.find_listed(session, tenant_uuids, listing)

    def provision(self, displays: Collection[Display]) -> None:
        """Write the displays that YAML declares, and release those that it declares no longer."""
        with self._revision.changing() as session:
            for display in displays:
                self._tenants.record(session, display.tenant_uuid)
                dao.write(session, display)
            dao.release_all_but(session, [display.uuid for display in displays])


def _found(session: Session, tenant_uuids: Collection[str], uuid: str) -> Display:
    display = dao.find(session, tenant_uuids, uuid)
    if display is None:
        raise UnknownDisplay(uuid)
    return display


def _editable(session: Session, tenant_uuids: Collection[str], uuid: str) -> Display:
    display = _found(session, tenant_uuids, uuid)
    if display.provisioned:
        raise ReadOnly("displays", display.name)
    return display
