"""Where personal contacts are kept."""

from sqlalchemy import String, Text, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.database.base import Base
from xivo_dird.database.contact_tables import ContactColumns, one_of_each_content


class PersonalUserRow(Base):
    """A user who wrote contacts down; `tenant_uuid` is where that happened first."""

    __tablename__ = "personal_user"

    uuid: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant_uuid: Mapped[str] = mapped_column(String(36))


class PersonalContactRow(ContactColumns, Base):
    """One contact of one user."""

    __tablename__ = "personal_contact"
    __table_args__ = (one_of_each_content(),)

    owner_uuid: Mapped[str] = mapped_column(Text)


CONTACTS = ContactTable(PersonalContactRow)


def find_tenant(session: Session, user_uuid: str) -> str | None:
    """Answer the tenant in which a user wrote the first contact down; None for an unseen user."""
    mine = select(PersonalUserRow.tenant_uuid).where(PersonalUserRow.uuid == user_uuid)
    return session.scalars(mine).one_or_none()


def lock(session: Session, user_uuid: str) -> bool:
    """Let nobody else change this user's contacts before the transaction ends; False for an unseen user.

    Whoever changes contacts begins with it, so that two who change the same ones wait instead of deadlocking.
    """
    mine = select(PersonalUserRow.uuid).where(PersonalUserRow.uuid == user_uuid).with_for_update()
    return session.scalars(mine).first() is not None


def record(session: Session, user_uuid: str, tenant_uuid: str) -> bool:
    """Lock a user who may be unseen so far; answer whether that was so."""
    if lock(session, user_uuid):
        return False
    try:
        with session.begin_nested():
            session.execute(insert(PersonalUserRow), {"uuid": user_uuid, "tenant_uuid": tenant_uuid})
    except IntegrityError:  # another request of the same user was faster
        return not lock(session, user_uuid)
    return True
