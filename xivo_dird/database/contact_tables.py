"""The tables of stored contacts for the mapping: contacts and keys, per kind of owner."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.text_index import RowId, Searchable

MAX_ID_LENGTH = 38
"""Maximum length of a contact id, in characters."""


class ContactColumns(Searchable):
    """The columns of one contact of one owner."""

    uuid: Mapped[str] = mapped_column(String(MAX_ID_LENGTH), unique=True)
    fields: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


def key_table(contacts: str) -> Table:
    """Return the key table of the contact table named `contacts`: one row per contact and key."""
    return Table(
        f"{contacts}_key",
        Base.metadata,
        Column("contact_id", RowId, ForeignKey(f"{contacts}.id", ondelete="CASCADE"), primary_key=True),
        Column("key", BigInteger, primary_key=True, index=True),
        sqlite_with_rowid=False,
    )


def unique_content() -> UniqueConstraint:
    """Return the constraint that an owner has no two contacts with the same fields."""
    return UniqueConstraint("owner_uuid", "digest")
