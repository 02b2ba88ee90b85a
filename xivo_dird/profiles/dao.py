"""Database access for profiles, their services, and the ordered sources of each service."""

from collections.abc import Collection, Iterable

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from xivo_dird.database.base import Base
from xivo_dird.database.listing import ListColumns, find_page
from xivo_dird.database.owned import NAME_TAKEN, OwnedColumns, one_owned_by, owned_by
from xivo_dird.exceptions import Conflict
from xivo_dird.listing import Listing, Page
from xivo_dird.profiles.model import ProfileOutline, ServiceOutline
from xivo_dird.validation import NUL


class ProfileServiceSourceRow(Base):
    """A source of a service of a profile; `position` orders the sources of a service."""

    __tablename__ = "profile_service_source"

    service_id: Mapped[int] = mapped_column(
        ForeignKey("profile_service.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    source_uuid: Mapped[str] = mapped_column(ForeignKey("source.uuid", ondelete="CASCADE"), index=True)


class ProfileServiceRow(Base):
    """A service of a profile; `options` is None if no options were given."""

    __tablename__ = "profile_service"
    __table_args__ = (UniqueConstraint("profile_uuid", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_uuid: Mapped[str] = mapped_column(ForeignKey("profile.uuid", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    options: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    sources: Mapped[list[ProfileServiceSourceRow]] = relationship(
        order_by=ProfileServiceSourceRow.position,
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="selectin",
    )


class ProfileRow(OwnedColumns, Base):
    """A profile; its name is unique in its tenant."""

    __tablename__ = "profile"
    __table_args__ = (Index("uq_profile_name", "tenant_uuid", "name", unique=True),)

    display_uuid: Mapped[str | None] = mapped_column(ForeignKey("display.uuid", ondelete="SET NULL"))
    services: Mapped[list[ProfileServiceRow]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="selectin"
    )


_COLUMNS = ListColumns(
    order={"name": ProfileRow.name},
    search=[ProfileRow.name],
    tie_breaker=ProfileRow.uuid,
    exact_filters={"name": ProfileRow.name, "uuid": ProfileRow.uuid},
)


def write(session: Session, profile: ProfileOutline) -> None:
    """Insert a profile, or replace the one with the same uuid.

    Raises:
        Conflict: The name is taken.
    """
    row = session.get(ProfileRow, profile.uuid)
    if row is None:
        row = ProfileRow(uuid=profile.uuid, tenant_uuid=profile.tenant_uuid)
        session.add(row)
    row.name = profile.name
    row.provisioned = profile.provisioned
    row.display_uuid = profile.display_uuid
    row.services.clear()
    _flush(session, profile)
    row.services.extend(_service_row(name, service) for name, service in profile.services.items())
    _flush(session, profile)


def find(session: Session, tenant_uuids: Collection[str], uuid: str) -> ProfileOutline | None:
    """Return the profile of these tenants that has this uuid, or None."""
    row = session.scalars(one_owned_by(ProfileRow, tenant_uuids, uuid)).one_or_none()
    return None if row is None else _outline(row)


def find_by_name(session: Session, tenant_uuid: str, name: str) -> ProfileOutline | None:
    """Return the profile of a tenant that has this name, or None."""
    if NUL in name:
        return None
    row = session.scalars(owned_by(ProfileRow, [tenant_uuid]).where(ProfileRow.name == name)).one_or_none()
    return None if row is None else _outline(row)


def find_listed(session: Session, tenant_uuids: Collection[str], listing: Listing) -> Page[ProfileOutline]:
    """Return the requested page of the profiles of these tenants."""
    return find_page(session, owned_by(ProfileRow, tenant_uuids), _COLUMNS, listing).map(_outline)


def remove(session: Session, tenant_uuid: str, uuid: str) -> None:
    """Remove a profile and its services."""
    session.execute(delete(ProfileRow).where(ProfileRow.tenant_uuid == tenant_uuid, ProfileRow.uuid == uuid))


def clear_provisioned_except(session: Session, uuids: Iterable[str]) -> None:
    """Mark all profiles as editable over REST except those with these uuids, which YAML declares."""
    session.execute(update(ProfileRow).where(ProfileRow.uuid.not_in(list(uuids))).values(provisioned=False))


def _flush(session: Session, profile: ProfileOutline) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        message = f"a profile named {profile.name!r} exists already"
        raise Conflict(message, NAME_TAKEN, resource="profiles") from error


def _service_row(name: str, service: ServiceOutline) -> ProfileServiceRow:
    return ProfileServiceRow(
        name=name,
        options=None if service.options is None else dict(service.options),
        sources=[
            ProfileServiceSourceRow(position=position, source_uuid=uuid)
            for position, uuid in enumerate(service.source_uuids)
        ],
    )


def _outline(row: ProfileRow) -> ProfileOutline:
    services = {
        service.name: ServiceOutline(tuple(source.source_uuid for source in service.sources), service.options)
        for service in row.services
    }
    return ProfileOutline(row.uuid, row.tenant_uuid, row.name, row.display_uuid, services, row.provisioned)
