"""Where tenants are kept."""

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.tenants.model import Tenant


class TenantRow(Base):
    """One tenant."""

    __tablename__ = "tenant"

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(String(2))


def record(session: Session, uuid: str) -> TenantRow:
    """Answer the row of a tenant, made now if it is seen for the first time."""
    row = session.get(TenantRow, uuid)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(TenantRow(uuid=uuid, name=None, country=None))
    except IntegrityError:  # somebody else recorded it meanwhile
        session.expire_all()
    return session.get_one(TenantRow, uuid)


def update(session: Session, tenant: Tenant) -> None:
    """Write what is known of a tenant; what is not known stays as it is."""
    row = record(session, tenant.uuid)
    row.name = tenant.name or row.name
    row.country = tenant.country or row.country


def find_countries(session: Session) -> dict[str, str]:
    """List the tenants whose country is known: uuid -> country."""
    statement = select(TenantRow.uuid, TenantRow.country).where(TenantRow.country.is_not(None))
    return {uuid: country for uuid, country in session.execute(statement) if country}
