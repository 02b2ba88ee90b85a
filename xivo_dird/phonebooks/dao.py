"""Where phonebooks and their contacts are kept."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, delete, false, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.database.base import Base
from xivo_dird.database.contact_tables import ContactColumns, one_of_each_content
from xivo_dird.database.listing import Columns, find_page
from xivo_dird.database.owned import NAME_TAKEN
from xivo_dird.exceptions import Conflict
from xivo_dird.listing import Listing, Page
from xivo_dird.phonebooks.model import Phonebook

MAX_ID = 2**31 - 1


class PhonebookRow(Base):
    """One phonebook; names are unique per tenant. An id is never given out twice."""

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
    __table_args__ = (one_of_each_content(),)

    owner_uuid: Mapped[str] = mapped_column(ForeignKey("phonebook.uuid", ondelete="CASCADE"))


CONTACTS = ContactTable(PhonebookContactRow)

_COLUMNS = Columns(
    order={"name": PhonebookRow.name, "description": PhonebookRow.description},
    search=[PhonebookRow.name, PhonebookRow.description],
    tie=PhonebookRow.uuid,
)


def add(session: Session, tenant_uuid: str, uuid: str, name: str, description: str | None) -> Phonebook:
    """Insert a phonebook, and number it. Raises `Conflict` when its name is taken."""
    row = PhonebookRow(uuid=uuid, tenant_uuid=tenant_uuid, name=name, description=description)
    session.add(row)
    _flush(session, name)
    return _phonebook(row)


def update(session: Session, tenant_uuid: str, phonebook: Phonebook) -> None:
    """Replace name and description. Raises `Conflict` when the name is taken."""
    row = session.scalars(_one(tenant_uuid, phonebook.uuid)).one()
    row.name = phonebook.name
    row.description = phonebook.description
    _flush(session, phonebook.name)


def remove(session: Session, tenant_uuid: str, uuid: str) -> None:
    """Remove a phonebook, its contacts, and the sources that are based on it."""
    session.execute(
        delete(PhonebookRow).where(PhonebookRow.tenant_uuid == tenant_uuid, PhonebookRow.uuid == uuid)
    )


def find(session: Session, tenant_uuids: Collection[str], uuid: str) -> Phonebook | None:
    """Find one phonebook of these tenants; the uuid may be written in any form."""
    row = session.scalars(_one_of(tenant_uuids, uuid)).one_or_none()
    return None if row is None else _phonebook(row)


def find_numbered(session: Session, tenant_uuid: str, number: int) -> Phonebook | None:
    """Find the phonebook of a tenant that has this `id`."""
    if number > MAX_ID:
        return None
    row = session.scalars(_of([tenant_uuid]).where(PhonebookRow.id == number)).one_or_none()
    return None if row is None else _phonebook(row)


def find_listed(session: Session, tenant_uuids: Collection[str], listing: Listing) -> Page[Phonebook]:
    """Find the wanted part of the phonebooks of these tenants."""
    return find_page(session, _of(tenant_uuids), _COLUMNS, listing).map(_phonebook)


def lock(session: Session, tenant_uuid: str, uuid: str) -> Phonebook | None:
    """Find a phonebook and let nobody else change it or its contacts before this transaction ends.

    Whoever changes contacts begins with it, so that two who change the same ones wait instead of deadlocking.
    """
    row = session.scalars(_one(tenant_uuid, uuid).with_for_update()).one_or_none()
    return None if row is None else _phonebook(row)


def _of(tenant_uuids: Collection[str]) -> Select[PhonebookRow]:
    return select(PhonebookRow).where(PhonebookRow.tenant_uuid.in_(tenant_uuids))


def _one(tenant_uuid: str, uuid: str) -> Select[PhonebookRow]:
    return _one_of([tenant_uuid], uuid)


def _one_of(tenant_uuids: Collection[str], uuid: str) -> Select[PhonebookRow]:
    try:
        canonical = str(UUID(uuid))
    except ValueError:
        return _of(()).where(false())
    return _of(tenant_uuids).where(PhonebookRow.uuid == canonical)


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        message = f"a phonebook named {name!r} exists already"
        raise Conflict(message, NAME_TAKEN, resource="phonebooks") from error


def _phonebook(row: PhonebookRow) -> Phonebook:
    return Phonebook(row.id, row.uuid, row.tenant_uuid, row.name, row.description)
