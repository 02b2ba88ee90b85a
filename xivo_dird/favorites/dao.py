"""Storage of favorites."""

from collections.abc import Collection, Iterator
from hashlib import blake2b

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, Text, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.exceptions import Conflict, UnknownSource
from xivo_dird.favorites.model import FavoriteIds
from xivo_dird.sources.model import Source
from xivo_dird.validation import NUL

_DIGEST_BYTES = 16


class FavoriteRow(Base):
    """One favorite of one user; it is deleted with its source.

    The key has a digest of the contact id, since the id may be longer than PostgreSQL allows in an index.
    """

    __tablename__ = "favorite"

    user_uuid: Mapped[str] = mapped_column(Text, primary_key=True)
    source_uuid: Mapped[str] = mapped_column(
        ForeignKey("source.uuid", ondelete="CASCADE"), primary_key=True, index=True
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Text)


def find_all(session: Session, user_uuid: str) -> FavoriteIds:
    """Return the contact ids of a user's favorites, by the uuid of their source."""
    found: dict[str, list[str]] = {}
    if NUL in user_uuid:
        return found
    statement = select(FavoriteRow.source_uuid, FavoriteRow.contact_id)
    for source_uuid, contact_id in session.execute(statement.where(FavoriteRow.user_uuid == user_uuid)):
        found.setdefault(source_uuid, []).append(contact_id)
    return found


def exists(session: Session, user_uuid: str, source_uuids: Collection[str], contact_id: str) -> bool:
    """Return True if a contact of one of these sources is a favorite of the user."""
    statement = select(FavoriteRow.contact_id).where(*_conditions(user_uuid, source_uuids, contact_id))
    return session.scalars(statement).first() is not None


def size(session: Session, user_uuid: str) -> tuple[int, int]:
    """Return how many favorites a user has, and the length of all their contact ids."""
    characters = func.coalesce(func.sum(func.length(FavoriteRow.contact_id)), 0)
    statement = select(func.count(), characters).where(FavoriteRow.user_uuid == user_uuid)
    count, length = session.execute(statement).one()
    return count, length


def add(session: Session, user_uuid: str, source: Source, contact_id: str) -> None:
    """Store a favorite.

    Raises:
        Conflict: The contact is a favorite already.
        UnknownSource: The source has been removed in the meantime.
    """
    row = {
        "user_uuid": user_uuid,
        "source_uuid": source.uuid,
        "digest": _digest(contact_id),
        "contact_id": contact_id,
    }
    try:
        with session.begin_nested():
            session.execute(insert(FavoriteRow), row)
    except IntegrityError as error:
        if exists(session, user_uuid, [source.uuid], contact_id):
            raise already_favorite_error(source.name, contact_id) from error
        raise UnknownSource(source.name) from error


def remove(session: Session, user_uuid: str, source_uuids: Collection[str], contact_id: str) -> bool:
    """Remove a contact of these sources from the favorites of the user; return False if it is no favorite."""
    statement = delete(FavoriteRow).where(*_conditions(user_uuid, source_uuids, contact_id))
    return bool(session.scalars(statement.returning(FavoriteRow.source_uuid)).all())


def remove_all(session: Session, user_uuid: str) -> list[tuple[str, str]]:
    """Remove every favorite of a user; return the source uuid and the contact id of each."""
    statement = delete(FavoriteRow).where(FavoriteRow.user_uuid == user_uuid)
    removed = session.execute(statement.returning(FavoriteRow.source_uuid, FavoriteRow.contact_id))
    return [(source_uuid, contact_id) for source_uuid, contact_id in removed]


def already_favorite_error(source_name: str, contact_id: str) -> Conflict:
    """Return the error for a contact that is a favorite already."""
    return Conflict(f"the contact {contact_id!r} of {source_name!r} is a favorite already")


def _conditions(
    user_uuid: str, source_uuids: Collection[str], contact_id: str
) -> Iterator[ColumnElement[bool]]:
    yield FavoriteRow.user_uuid == user_uuid
    yield FavoriteRow.source_uuid.in_(source_uuids)
    yield FavoriteRow.digest == _digest(contact_id)


def _digest(contact_id: str) -> bytes:
    return blake2b(contact_id.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
