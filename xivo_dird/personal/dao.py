"""Storage of personal contacts."""

from sqlalchemy import String, Text, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.database.base import Base
from xivo_dird.database.contact_tables import ContactColumns, unique_content
from xivo_dird.text.folding import is_storable


class PersonalUserRow(Base):
    """A user with personal contacts; `tenant_uuid` is the tenant of the user at the last change of a contact."""

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
    """Return the tenant of a user at the last change of a contact; None for an unknown user."""
    if not is_storable(user_uuid):
        return None
    statement = select(PersonalUserRow.tenant_uuid).where(PersonalUserRow.uuid == user_uuid)
    return session.scalars(statement).one_or_none()


def lock(session: Session, user_uuid: str) -> str | None:
    """Lock a user's contacts against other changes until the transaction ends.

    Every change of contacts begins with this call, so that concurrent changes wait instead of deadlocking.

    Returns:
        The tenant of the user; None for an unknown user, for whom nothing is locked.
    """
    statement = select(PersonalUserRow.tenant_uuid).where(PersonalUserRow.uuid == user_uuid)
    return session.scalars(statement.with_for_update()).one_or_none()


def record(session: Session, user_uuid: str, tenant_uuid: str) -> bool:
    """Lock a user, and record the tenant of the user, who may be new or may have moved.

    Returns:
        True if this tenant was not recorded for the user.
    """
    stored = lock(session, user_uuid)
    if stored is None:
        try:
            with session.begin_nested():
                session.execute(insert(PersonalUserRow), {"uuid": user_uuid, "tenant_uuid": tenant_uuid})
        except IntegrityError:  # a concurrent request has recorded the user
            stored = lock(session, user_uuid)
        else:
            return True
    if stored == tenant_uuid:
        return False
    moved = update(PersonalUserRow).where(PersonalUserRow.uuid == user_uuid)
    session.execute(moved.values(tenant_uuid=tenant_uuid))
    return True
