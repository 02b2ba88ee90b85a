"""Create the tables of tenants, sources, displays and profiles, and the revision that counts their changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables in an empty database."""
    op.create_table(
        "tenant",
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("country", sa.String(2)),
    )
    _create_owned(
        "source",
        sa.Column("backend", sa.String(128), nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
    )
    _create_owned("display", sa.Column("columns", sa.JSON, nullable=False))
    _create_owned(
        "profile",
        sa.Column("display_uuid", sa.String(36), sa.ForeignKey("display.uuid", ondelete="SET NULL")),
    )
    own_name = sa.text(
        "backend <> 'phonebook'"
    )  # phonebook sources are named after their phonebook, and several may have the same one
    op.create_index(
        "uq_source_name",
        "source",
        ["tenant_uuid", "name"],
        unique=True,
        sqlite_where=own_name,
        postgresql_where=own_name,
    )
    op.create_index("uq_profile_name", "profile", ["tenant_uuid", "name"], unique=True)
    _create_profile_services()
    revisions = op.create_table(
        "revision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.bulk_insert(revisions, [{"id": 1, "value": 1}])


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "revision",
        "profile_service_source",
        "profile_service",
        "profile",
        "display",
        "source",
        "tenant",
    ):
        op.drop_table(table)


def _create_owned(name: str, *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column(
            "tenant_uuid",
            sa.String(36),
            sa.ForeignKey("tenant.uuid", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("provisioned", sa.Boolean, nullable=False),
        *columns,
    )


def _create_profile_services() -> None:
    op.create_table(
        "profile_service",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "profile_uuid",
            sa.String(36),
            sa.ForeignKey("profile.uuid", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("options", sa.JSON),
        sa.UniqueConstraint("profile_uuid", "name"),
    )
    op.create_table(
        "profile_service_source",
        sa.Column(
            "service_id",
            sa.Integer,
            sa.ForeignKey("profile_service.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column(
            "source_uuid",
            sa.String(36),
            sa.ForeignKey("source.uuid", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )
