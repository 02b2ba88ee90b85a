"""What can be done with displays."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from uuid import uuid4

from xivo_dird.database.engine import Database, Session
from xivo_dird.database.revision import Revision
from xivo_dird.displays import dao, notifier
from xivo_dird.displays.model import Display, DisplayDraft
from xivo_dird.events.model import Event
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import ReadOnly, UnknownDisplay
from xivo_dird.listing import Listing, Page
from xivo_dird.tenants.service import TenantService


class DisplayService:
    """The displays of every tenant."""

    def __init__(
        self, database: Database, revision: Revision, tenants: TenantService, events: EventService
    ) -> None:
        """Keep them in `database`, count their changes in `revision`, tell them to `events`."""
        self._database = database
        self._revision = revision
        self._tenants = tenants
        self._events = events

    def create(self, tenant_uuid: str, draft: DisplayDraft) -> Display:
        """Add a display to a tenant."""
        with self._revision.changing() as session:
            return self._add(session, tenant_uuid, draft)

    def create_missing(self, tenant_uuid: str, draft: DisplayDraft) -> Display:
        """Add a display unless the tenant has one of this name; answer which it has."""
        with self._revision.changing() as session:
            stored = dao.find_named(session, tenant_uuid, draft.name)
            return stored if stored is not None else self._add(session, tenant_uuid, draft)

    def update(self, tenant_uuids: Collection[str], uuid: str, draft: DisplayDraft) -> None:
        """Replace a display. Raises `UnknownDisplay` or `ReadOnly`."""
        with self._revision.changing() as session:
            stored = _editable(session, tenant_uuids, uuid)
            display = replace(stored, name=draft.name, columns=draft.columns)
            dao.write(session, display)
            self._events.record(session, notifier.DISPLAY.updated(display))

    def remove(self, tenant_uuids: Collection[str], uuid: str) -> None:
        """Remove a display; profiles that use it have none from now on. Raises `UnknownDisplay` or `ReadOnly`."""
        with self._revision.changing() as session:
            display = _editable(session, tenant_uuids, uuid)
            dao.remove(session, display.tenant_uuid, display.uuid)
            self._events.record(session, notifier.DISPLAY.deleted(display))

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
            events = [event for display in displays for event in self._provision(session, display)]
            dao.release_all_but(session, [display.uuid for display in displays])
            self._events.record(session, *events)

    def _add(self, session: Session, tenant_uuid: str, draft: DisplayDraft) -> Display:
        display = Display(str(uuid4()), tenant_uuid, draft.name, draft.columns)
        self._tenants.record(session, tenant_uuid)
        dao.write(session, display)
        self._events.record(session, notifier.DISPLAY.created(display))
        return display

    def _provision(self, session: Session, display: Display) -> Iterator[Event]:
        stored = dao.find(session, [display.tenant_uuid], display.uuid)
        if stored == display:
            return
        self._tenants.record(session, display.tenant_uuid)
        dao.write(session, display)
        yield notifier.DISPLAY.updated(display) if stored else notifier.DISPLAY.created(display)


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
