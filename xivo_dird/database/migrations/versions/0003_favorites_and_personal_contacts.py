"""Create the tables of favorites and personal contacts, which belong to users."""

import sqlalchemy as sa
from alembic import op

from xivo_dird.database.contact_migration import create_contact_tables, drop_contact_tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables; a favorite is deleted with its source."""
    op.create_table(
        "favorite",
        sa.Column("user_uuid", sa.Text, primary_key=True),
        sa.Column(
            "source_uuid",
            sa.String(36),
            sa.ForeignKey("source.uuid", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("contact_id", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "personal_user",
        sa.Column("uuid", sa.Text, primary_key=True),
        sa.Column("tenant_uuid", sa.String(36), nullable=False),
    )
    create_contact_tables("personal_contact", sa.Column("owner_uuid", sa.Text, nullable=False))


def downgrade() -> None:
    """Drop the tables."""
    drop_contact_tables("personal_contact")
    op.drop_table("personal_user")
    op.drop_table("favorite")
