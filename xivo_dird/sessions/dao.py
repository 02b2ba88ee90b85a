"""Storage of sessions and of one-use codes."""

from typing import NamedTuple

from sqlalchemy import Boolean, Float, LargeBinary, Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xivo_dird.database.base import Base


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
    """Remove what has expired."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))


def remove_surplus(session: Session, owner: str, kept: int) -> None:
    """Remove the sessions and codes of an owner, but for the `kept` ones that end last."""
    of_owner = select(SessionRow.digest).where(SessionRow.owner == owner)
    surplus = session.scalars(of_owner.order_by(SessionRow.expires_at.desc()).offset(kept)).all()
    session.execute(delete(SessionRow).where(SessionRow.digest.in_(surplus)))
