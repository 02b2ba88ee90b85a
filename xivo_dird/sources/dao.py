"""Database access for sources."""

from collections.abc import Collection, Iterable

from more_itertools import chunked
from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    ScalarSelect,
    String,
    column,
    delete,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.listing import ListColumns, find_page
from xivo_dird.database.owned import NAME_TAKEN, OwnedColumns, one_owned_by, owned_by
from xivo_dird.exceptions import Conflict
from xivo_dird.listing import Listing, Page
from xivo_dird.sources.model import PHONEBOOK_KEYS, Source
from xivo_dird.validation import NUL

MAX_PARAMETERS = 10_000
"""Maximum number of uuids per SQL statement; clients choose how many sources a profile has."""

_HAS_OWN_NAME = text("phonebook_uuid IS NULL")

_PHONEBOOK = table(
    "phonebook", column("uuid"), column("tenant_uuid"), column("name", String), column("description", String)
)
"""The columns of a phonebook that its sources show."""


def _phonebook_column(name: str, phonebook_uuid: Mapped[str | None]) -> ScalarSelect[str | None]:
    query = select(_PHONEBOOK.c[name]).where(_PHONEBOOK.c.uuid == phonebook_uuid)
    return query.correlate_except(_PHONEBOOK).scalar_subquery()


class SourceRow(OwnedColumns, Base):
    """A source; its name is unique in its tenant unless it is the name of a phonebook."""

    __tablename__ = "source"
    __table_args__ = (
        Index(
            "uq_source_name",
            "tenant_uuid",
            "name",
            unique=True,
            sqlite_where=_HAS_OWN_NAME,
            postgresql_where=_HAS_OWN_NAME,
        ),
    )

    backend: Mapped[str] = mapped_column(String(128))
    options: Mapped[dict[str, object]] = mapped_column(JSON)
    phonebook_uuid: Mapped[str | None] = mapped_column(
        ForeignKey("phonebook.uuid", ondelete="CASCADE"), index=True
    )
    phonebook_name: Mapped[str | None] = column_property(_phonebook_column("name", phonebook_uuid))
    phonebook_description: Mapped[str | None] = column_property(
        _phonebook_column("description", phonebook_uuid)
    )


_COLUMNS = ListColumns(
    order={"name": SourceRow.name, "backend": SourceRow.backend},
    search=[SourceRow.name],
    tie_breaker=SourceRow.uuid,
    exact_filters={"name": SourceRow.name, "uuid": SourceRow.uuid, "backend": SourceRow.backend},
)


def write(session: Session, source: Source) -> None:
    """Insert a source, or replace the one with the same uuid.

    Raises:
        Conflict: The name is taken.
    """
    session.merge(
        SourceRow(
            uuid=source.uuid,
            tenant_uuid=source.tenant_uuid,
            name=source.name,
            backend=source.backend,
            options=dict(source.options),
            provisioned=source.provisioned,
            phonebook_uuid=source.phonebook_uuid,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        message = f"a source named {source.name!r} exists already"
        raise Conflict(message, NAME_TAKEN, resource="sources") from error


def find(session: Session, tenant_uuids: Collection[str], uuid: str) -> Source | None:
    """Return the source of these tenants that has this uuid, or None."""
    row = session.scalars(one_owned_by(SourceRow, tenant_uuids, uuid)).one_or_none()
    return None if row is None else _source(row)


def find_many(session: Session, tenant_uuid: str, uuids: Collection[str]) -> list[Source]:
    """Return the sources of a tenant that have these uuids; unknown uuids are ignored."""
    rows = owned_by(SourceRow, [tenant_uuid])
    return [
        _source(row)
        for chunk in chunked(uuids, MAX_PARAMETERS)
        for row in session.scalars(rows.where(SourceRow.uuid.in_(chunk)))
    ]


def find_by_name(session: Session, tenant_uuid: str, name: str) -> list[Source]:
    """Return the sources of a tenant that have this name; only sources of phonebooks can share a name."""
    if NUL in name:
        return []
    rows = session.scalars(
        owned_by(SourceRow, [tenant_uuid]).where(SourceRow.name == name).order_by(SourceRow.uuid)
    )
    return [_source(row) for row in rows]


def find_listed(
    session: Session, tenant_uuids: Collection[str], listing: Listing, backend: str | None
) -> Page[Source]:
    """Return the requested page of the sources of these tenants, of one backend or (None) of all."""
    rows = owned_by(SourceRow, tenant_uuids)
    if backend is not None:
        rows = rows.where(SourceRow.backend == backend)
    return find_page(session, rows, _COLUMNS, listing).map(_source)


def find_all(session: Session) -> list[Source]:
    """Return the sources of all tenants; for use by the daemon itself, never for a client."""
    return [_source(row) for row in session.scalars(select(SourceRow))]


def find_phonebook_name(session: Session, tenant_uuid: str, phonebook_uuid: str) -> str | None:
    """Return the name of a phonebook of a tenant, None if there is no such phonebook."""
    query = select(_PHONEBOOK.c.name).where(
        _PHONEBOOK.c.tenant_uuid == tenant_uuid, _PHONEBOOK.c.uuid == phonebook_uuid
    )
    return session.scalars(query).one_or_none()


def rename_phonebook_sources(session: Session, tenant_uuid: str, phonebook_uuid: str, name: str) -> None:
    """Rename the sources of a tenant that use a phonebook."""
    session.execute(
        update(SourceRow)
        .where(SourceRow.tenant_uuid == tenant_uuid, SourceRow.phonebook_uuid == phonebook_uuid)
        .values(name=name)
    )


def remove(session: Session, tenant_uuid: str, uuid: str) -> None:
    """Remove a source; the database also removes it from profiles."""
    session.execute(delete(SourceRow).where(SourceRow.tenant_uuid == tenant_uuid, SourceRow.uuid == uuid))


def clear_provisioned_except(session: Session, uuids: Iterable[str]) -> None:
    """Mark all sources as editable over REST except those with these uuids, which YAML declares."""
    session.execute(update(SourceRow).where(SourceRow.uuid.not_in(list(uuids))).values(provisioned=False))


def _source(row: SourceRow) -> Source:
    options = row.options
    if row.phonebook_uuid is not None:
        phonebook = (row.phonebook_name, row.phonebook_description)
        options = {**options, **dict(zip(PHONEBOOK_KEYS, phonebook, strict=True))}
    return Source(
        row.uuid, row.tenant_uuid, row.name, row.backend, options, row.provisioned, row.phonebook_uuid
    )
