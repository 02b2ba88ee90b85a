"""Storage of phonebooks and their contacts."""

from collections.abc import Collection

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.database.base import Base
from xivo_dird.database.contact_tables import ContactColumns, unique_content
from xivo_dird.database.listing import ListColumns, find_page
from xivo_dird.database.owned import NAME_TAKEN
from xivo_dird.exceptions import Conflict
from xivo_dird.listing import Listing, Page
from xivo_dird.phonebooks.model import Phonebook
from xivo_dird.text.folding import storable

MAX_ID = 2**31 - 1


class PhonebookRow(Base):
    """One phonebook; names are unique per tenant, and an id is never reused."""

    __tablename__ = "phonebook"
    __table_args__ = (UniqueConstraint("tenant_uuid", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    tenant_uuid: Mapped[str] = mapped_column(ForeignKey("tenant.uuid", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None]


class PhonebookContactRow(ContactColumns, Base):
    """One contact of a phonebook."""

    __tablename__ = "phonebook_contact"
    __table_args__ = (unique_content(),)

    owner_uuid: Mapped[str] = mapped_column(ForeignKey("phonebook.uuid", ondelete="CASCADE"))


CONTACTS = ContactTable(PhonebookContactRow)

_COLUMNS = ListColumns(
    order={"name": PhonebookRow.name, "description": PhonebookRow.description},
    search=[PhonebookRow.name, PhonebookRow.description],
    tie_breaker=PhonebookRow.uuid,
)


def add(session: Session, tenant_uuid: str, uuid: str, name: str, description: str | None) -> Phonebook:
    """Insert a phonebook and return it with its new id.

    Raises:
        Conflict: The tenant has a phonebook with this name.
    """
    row = PhonebookRow(uuid=uuid, tenant_uuid=tenant_uuid, name=name, description=description)
    session.add(row)
    _flush(session, name)
    return _phonebook(row)


def update(session: Session, tenant_uuid: str, phonebook: Phonebook) -> None:
    """Replace the name and the description of a phonebook.

    Raises:
        Conflict: The tenant has another phonebook with this name.
    """
    row = session.scalars(_one_of_tenant(tenant_uuid, phonebook.uuid)).one()
    row.name = phonebook.name
    row.description = phonebook.description
    _flush(session, phonebook.name)


def remove(session: Session, tenant_uuid: str, uuid: str) -> None:
    """Remove a phonebook, its contacts, and the sources that are based on it."""
    session.execute(
        delete(PhonebookRow).where(PhonebookRow.tenant_uuid == tenant_uuid, PhonebookRow.uuid == uuid)
    )


def find(session: Session, tenant_uuids: Collection[str], uuid: str) -> Phonebook | None:
    """Return the phonebook of these tenants that has this uuid, exactly as it is stored, or None."""
    row = session.scalars(_one_of_tenants(tenant_uuids, uuid)).one_or_none()
    return None if row is None else _phonebook(row)


def find_by_id(session: Session, tenant_uuid: str, phonebook_id: int) -> Phonebook | None:
    """Return the phonebook of a tenant with this `id`, or None."""
    if phonebook_id > MAX_ID:
        return None
    row = session.scalars(_all_of_tenants([tenant_uuid]).where(PhonebookRow.id == phonebook_id)).one_or_none()
    return None if row is None else _phonebook(row)


def find_listed(session: Session, tenant_uuids: Collection[str], listing: Listing) -> Page[Phonebook]:
    """Return the requested part of the phonebooks of these tenants."""
    return find_page(session, _all_of_tenants(tenant_uuids), _COLUMNS, listing).map(_phonebook)


def lock(session: Session, tenant_uuid: str, uuid: str) -> Phonebook | None:
    """Return a phonebook, or None, and lock it and its contacts against changes until the transaction ends.

    Every change of contacts begins with this call, so that concurrent changes wait instead of deadlocking.
    """
    row = session.scalars(_one_of_tenant(tenant_uuid, uuid).with_for_update()).one_or_none()
    return None if row is None else _phonebook(row)


def _all_of_tenants(tenant_uuids: Collection[str]) -> Select[PhonebookRow]:
    return select(PhonebookRow).where(PhonebookRow.tenant_uuid.in_(tenant_uuids))


def _one_of_tenant(tenant_uuid: str, uuid: str) -> Select[PhonebookRow]:
    return _one_of_tenants([tenant_uuid], uuid)


def _one_of_tenants(tenant_uuids: Collection[str], uuid: str) -> Select[PhonebookRow]:
    return _all_of_tenants(tenant_uuids).where(PhonebookRow.uuid == storable(uuid))


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        message = f"a phonebook named {name!r} exists already"
        raise Conflict(message, NAME_TAKEN, resource="phonebooks") from error


def _phonebook(row: PhonebookRow) -> Phonebook:
    return Phonebook(row.id, row.uuid, row.tenant_uuid, row.name, row.description)
