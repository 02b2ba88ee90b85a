"""Create the tables of phonebooks and their contacts, and the reference from a source to its phonebook."""

import sqlalchemy as sa
from alembic import op

from xivo_dird.database.contact_migration import create_contact_tables, drop_contact_tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables; a source is deleted with the phonebook that it is based on."""
    op.create_table(
        "phonebook",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uuid", sa.String(36), nullable=False, unique=True),
        sa.Column(
            "tenant_uuid",
            sa.String(36),
            sa.ForeignKey("tenant.uuid", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text),
        sa.UniqueConstraint("tenant_uuid", "name"),
        sqlite_autoincrement=True,
    )
    owner = sa.Column(
        "owner_uuid", sa.String(36), sa.ForeignKey("phonebook.uuid", ondelete="CASCADE"), nullable=False
    )
    create_contact_tables("phonebook_contact", owner)
    op.execute(
        "ALTER TABLE source ADD COLUMN phonebook_uuid VARCHAR(36) REFERENCES phonebook (uuid) ON DELETE CASCADE"
    )
    op.create_index("ix_source_phonebook_uuid", "source", ["phonebook_uuid"])


def downgrade() -> None:
    """Drop the tables and the reference."""
    op.drop_index("ix_source_phonebook_uuid", "source")
    op.drop_column("source", "phonebook_uuid")
    drop_contact_tables("phonebook_contact")
    op.drop_table("phonebook")
