"""Database access for tenants."""

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.tenants.model import Tenant


class TenantRow(Base):
    """A tenant."""

    __tablename__ = "tenant"

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(String(2))


def record(session: Session, uuid: str) -> TenantRow:
    """Return the row of a tenant; insert it first if there is none."""
    row = session.get(TenantRow, uuid)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(TenantRow(uuid=uuid, name=None, country=None))
    except IntegrityError:  # another transaction has inserted it
        session.expire_all()
    return session.get_one(TenantRow, uuid)


def update(session: Session, tenant: Tenant) -> None:
    """Insert or update a tenant; attributes that are None keep their stored value."""
    row = record(session, tenant.uuid)
    row.name = tenant.name or row.name
    row.country = tenant.country or row.country


def find_all(session: Session) -> list[Tenant]:
    """Return all tenants."""
    return [Tenant(row.uuid, row.name, row.country) for row in session.scalars(select(TenantRow))]


def find_countries(session: Session) -> dict[str, str]:
    """Return the country of each tenant that has one, by tenant uuid."""
    statement = select(TenantRow.uuid, TenantRow.country).where(TenantRow.country.is_not(None))
    return {uuid: country for uuid, country in session.execute(statement) if country}
