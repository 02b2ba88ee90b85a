"""Storage of personal contacts."""

from sqlalchemy import String, Text, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.database.base import Base
from xivo_dird.database.contact_tables import ContactColumns, unique_content


class PersonalUserRow(Base):
    """A user with personal contacts; `tenant_uuid` is the tenant in which the first contact was added."""

    __tablename__ = "personal_user"

    uuid: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant_uuid: Mapped[str] = mapped_column(String(36))


class PersonalContactRow(ContactColumns, Base):
    """One contact of one user."""

    __tablename__ = "personal_contact"
    __table_args__ = (unique_content(),)

    owner_uuid: Mapped[str] = mapped_column(Text)


CONTACTS = ContactTable(PersonalContactRow)


def find_tenant(session: Session, user_uuid: str) -> str | None:
    """Return the tenant in which a user added the first contact; None for an unknown user."""
    statement = select(PersonalUserRow.tenant_uuid).where(PersonalUserRow.uuid == user_uuid)
    return session.scalars(statement).one_or_none()


def lock(session: Session, user_uuid: str) -> bool:
    """Lock a user's contacts against other changes until the transaction ends.

    Every change of contacts begins with this call, so that concurrent changes wait instead of deadlocking.

    Returns:
        False for an unknown user, for whom nothing is locked.
    """
    statement = select(PersonalUserRow.uuid).where(PersonalUserRow.uuid == user_uuid).with_for_update()
    return session.scalars(statement).first() is not None


def record(session: Session, user_uuid: str, tenant_uuid: str) -> bool:
    """Lock a user, and record the user first if unknown.

    Returns:
        True if the user was unknown.
    """
    if lock(session, user_uuid):
        return False
    try:
        with session.begin_nested():
            session.execute(insert(PersonalUserRow), {"uuid": user_uuid, "tenant_uuid": tenant_uuid})
    except IntegrityError:  # a concurrent request has recorded the user
        return not lock(session, user_uuid)
    return True
