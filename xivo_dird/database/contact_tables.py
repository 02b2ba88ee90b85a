"""The tables of contacts, one pair per kind of owner, as the mapping sees them and as migrations create them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xivo_dird.database.base import Base
from xivo_dird.database.text_index import RowId, Searchable, create_text_index, drop_text_index

ID_MAX = 38
"""Characters of the longest id."""


class ContactColumns(Searchable):
    """One contact of one owner."""

    uuid: Mapped[str] = mapped_column(String(ID_MAX), unique=True)
    fields: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


def key_table(contacts: str) -> Table:
    """Make the table of keys beside a table of contacts: each value of each contact, as a number."""
    return Table(
        f"{contacts}_key",
        Base.metadata,
        Column("contact_id", RowId, ForeignKey(f"{contacts}.id", ondelete="CASCADE"), primary_key=True),
        Column("key", BigInteger, primary_key=True, index=True),
        sqlite_with_rowid=False,
    )


def one_of_each_content() -> UniqueConstraint:
    """Make the constraint by which no owner has two contacts with the same fields."""
    return UniqueConstraint("owner_uuid", "digest")


def create_contact_tables(name: str, owner: "sa.Column[str]") -> None:
    """Create the tables `name` and `name`_key; `owner` is the column `owner_uuid` with its foreign key, if any.

    Migrations rely on it: change nothing here but what a new parameter asks for.
    """
    op.create_table(
        name,
        sa.Column("id", RowId, primary_key=True),
        sa.Column("uuid", sa.String(38), nullable=False, unique=True),
        owner,
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.UniqueConstraint("owner_uuid", "digest"),
    )
    op.create_table(
        f"{name}_key",
        sa.Column("contact_id", RowId, sa.ForeignKey(f"{name}.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_key_key", f"{name}_key", ["key"])
    create_text_index(op.get_bind(), name)


def drop_contact_tables(name: str) -> None:
    """Drop what `create_contact_tables` created."""
    op.drop_table(f"{name}_key")
    op.drop_table(name)
    drop_text_index(op.get_bind(), name)
