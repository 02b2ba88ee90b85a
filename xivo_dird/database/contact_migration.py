"""The tables of stored contacts for migrations: contacts and keys, per kind of owner."""

import sqlalchemy as sa
from alembic import op

from xivo_dird.database.text_index import RowId, create_text_index, drop_text_index


def create_contact_tables(name: str, owner: "sa.Column[str]") -> None:
    """Create a contact table and its key table, `<name>_key`.

    Released migrations call this function: extend it only by new parameters that keep the default behaviour.

    Args:
        name: Name of the contact table.
        owner: The column `owner_uuid`, with its foreign key if it has one.
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
    """Drop the tables and the index that `create_contact_tables` created."""
    op.drop_table(f"{name}_key")
    op.drop_table(name)
    drop_text_index(op.get_bind(), name)
