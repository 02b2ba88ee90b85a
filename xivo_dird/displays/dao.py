"""Database access for displays."""

from collections.abc import Collection, Iterable

from sqlalchemy import JSON, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.listing import ListColumns, find_page
from xivo_dird.database.owned import OwnedColumns, one_owned_by, owned_by
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.listing import Listing, Page


class DisplayRow(OwnedColumns, Base):
    """A display; its name need not be unique."""

    __tablename__ = "display"

    columns: Mapped[list[dict[str, object]]] = mapped_column(JSON)


_COLUMNS = ListColumns(
    order={"name": DisplayRow.name},
    search=[DisplayRow.name],
    tie_breaker=DisplayRow.uuid,
    exact_filters={"name": DisplayRow.name, "uuid": DisplayRow.uuid},
)


def write(session: Session, display: Display) -> None:
    """Insert a display, or replace the one with the same uuid."""
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
    """Return the display of these tenants that has this uuid, or None."""
    row = session.scalars(one_owned_by(DisplayRow, tenant_uuids, uuid)).one_or_none()
    return None if row is None else _display(row)


def find_by_name(session: Session, tenant_uuid: str, name: str) -> Display | None:
    """Return a display of a tenant that has this name, the one with the lowest uuid, or None."""
    rows = owned_by(DisplayRow, [tenant_uuid]).where(DisplayRow.name == name).order_by(DisplayRow.uuid)
    row = session.scalars(rows.limit(1)).one_or_none()
    return None if row is None else _display(row)


def find_listed(session: Session, tenant_uuids: Collection[str], listing: Listing) -> Page[Display]:
    """Return the requested page of the displays of these tenants."""
    return find_page(session, owned_by(DisplayRow, tenant_uuids), _COLUMNS, listing).map(_display)


def remove(session: Session, tenant_uuid: str, uuid: str) -> None:
    """Remove a display; the database clears it in the profiles that use it."""
    session.execute(delete(DisplayRow).where(DisplayRow.tenant_uuid == tenant_uuid, DisplayRow.uuid == uuid))


def clear_provisioned_except(session: Session, uuids: Iterable[str]) -> None:
    """Mark all displays as editable over REST except those with these uuids, which YAML declares."""
    session.execute(update(DisplayRow).where(DisplayRow.uuid.not_in(list(uuids))).values(provisioned=False))


def _display(row: DisplayRow) -> Display:
    columns = tuple(DisplayColumn.model_validate(column) for column in row.columns)
    return Display(row.uuid, row.tenant_uuid, row.name, columns, row.provisioned)
