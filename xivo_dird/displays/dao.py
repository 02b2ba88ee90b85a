"""Where displays are kept."""

from collections.abc import Collection, Iterable

from sqlalchemy import JSON, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.listing import Columns, find_page
from xivo_dird.database.owned import OwnedColumns, one_owned_by, owned_by
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.listing import Listing, Page


class DisplayRow(OwnedColumns, Base):
    """One display; names need not be unique."""

    __tablename__ = "display"

    columns: Mapped[list[dict[str, object]]] = mapped_column(JSON)


_COLUMNS = Columns(
    order={"name": DisplayRow.name},
    search=[DisplayRow.name],
    tie=DisplayRow.uuid,
    exact={"name": DisplayRow.name, "uuid": DisplayRow.uuid},
)


def write(session: Session, display: Display) -> None:
    """Insert a display, or replace the one with its uuid."""
    session.merge(
        DisplayRow(
            uuid=display.uuid,
            tenant_uuid=display.tenant_uuid,
            name=display.name,
            columns=[column.model_dump() for column in display.columns],
            provisioned=display.provisioned,
        )
    )
    session.flush()


def find(session: Session, tenant_uuids: Collection[str], uuid: str) -> Display | None:
    """Find one display of these tenants."""
    row = session.scalars(one_owned_by(DisplayRow, tenant_uuids, uuid)).one_or_none()
    return None if row is None else _display(row)


def find_named(session: Session, tenant_uuid: str, name: str) -> Display | None:
    """Find the first display of a tenant that has this name."""
    rows = owned_by(DisplayRow, [tenant_uuid]).where(DisplayRow.name == name).order_by(DisplayRow.uuid)
    row = session.scalars(rows.limit(1)).one_or_none()
    return None if row is None else _display(row)


def find_listed(session: Session, tenant_uuids: Collection[str], listing: Listing) -> Page[Display]:
    """Find the wanted part of the displays of these tenants."""
    return find_page(session, owned_by(DisplayRow, tenant_uuids), _COLUMNS, listing).map(_display)


def remove(session: Session, tenant_uuid: str, uuid: str) -> None:
    """Remove a display; profiles that use it have none from now on."""
    session.execute(delete(DisplayRow).where(DisplayRow.tenant_uuid == tenant_uuid, DisplayRow.uuid == uuid))


def release_all_but(session: Session, uuids: Iterable[str]) -> None:
    """Let go of what YAML declares no longer: it stays, and can be edited over REST from now on."""
    session.execute(update(DisplayRow).where(DisplayRow.uuid.not_in(list(uuids))).values(provisioned=False))


def _display(row: DisplayRow) -> Display:
    columns = tuple(DisplayColumn.model_validate(column) for column in row.columns)
    return Display(row.uuid, row.tenant_uuid, row.name, columns, row.provisioned)
