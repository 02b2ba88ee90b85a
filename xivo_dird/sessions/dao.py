"""Storage of sessions and of one-use codes."""

from typing import NamedTuple

from sqlalchemy import Boolean, Float, LargeBinary, Select, Text, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base

OWNER_LOCKS = 1_717_170_017
"""Number of the advisory locks of owners; any number that no other program uses on this database would do."""


class SessionRow(Base):
    """A session, or a code that opens one; identified by a digest, since the secret itself is not stored."""

    __tablename__ = "session"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    is_code: Mapped[bool] = mapped_column(Boolean)
    owner: Mapped[str] = mapped_column(Text, index=True)
    expires_at: Mapped[float] = mapped_column(Float, index=True)
    credentials: Mapped[bytes] = mapped_column(LargeBinary)


class StoredSession(NamedTuple):
    """The encrypted credentials of a session, and when it ends, in seconds since 1970."""

    credentials: bytes
    expires_at: float


def lock_owner(session: Session, owner: str) -> None:
    """Wait until no other transaction adds sessions of an owner; on SQLite there is only one for changes anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(OWNER_LOCKS, func.hashtext(owner))))


def add(session: Session, digest: bytes, owner: str, stored: StoredSession, *, is_code: bool) -> None:
    """Store a session or a code."""
    row = {"digest": digest, "is_code": is_code, "owner": owner, **stored._asdict()}
    session.execute(insert(SessionRow), row)


def find(session: Session, digest: bytes, now: float, *, is_code: bool) -> StoredSession | None:
    """Return a session or a code that has not expired."""
    statement = select(SessionRow.credentials, SessionRow.expires_at).where(
        SessionRow.digest == digest, SessionRow.is_code == is_code, SessionRow.expires_at > now
    )
    row = session.execute(statement).first()
    return None if row is None else StoredSession(*row)


def remove(session: Session, digest: bytes) -> bool:
    """Remove a session or a code; return False if there is none."""
    statement = delete(SessionRow).where(SessionRow.digest == digest).returning(SessionRow.digest)
    return session.execute(statement).first() is not None


def remove_expired(session: Session, now: float) -> None:
    """Remove what has expired, but for what another transaction removes at the same time."""
    _remove(session, select(SessionRow.digest).where(SessionRow.expires_at <= now))


def remove_surplus(session: Session, owner: str, digest: bytes, kept: int) -> None:
    """Remove the sessions and codes of an owner, but for the one with this digest and the others that end last.

    Args:
        session: The transaction, which has called `lock_owner`.
        owner: The owner.
        digest: The newest session or code. It may end before all others, if sessions were longer formerly.
        kept: Maximum number of sessions and codes that remain.
    """
    others = select(SessionRow.digest).where(SessionRow.owner == owner, SessionRow.digest != digest)
    _remove(session, others.order_by(SessionRow.expires_at.desc()).offset(kept - 1))


def _remove(session: Session, digests: Select[bytes]) -> None:
    """Remove rows without waiting for other transactions that remove them: two could wait for each other forever."""
    found = session.scalars(digests.with_for_update(skip_locked=True)).all()
    session.execute(delete(SessionRow).where(SessionRow.digest.in_(found)))
