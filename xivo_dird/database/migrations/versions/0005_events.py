"""Create the tables of events, for the bus and for the feed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

COUNTERS = ("recorded", "published", "removed")


def upgrade() -> None:
    """Create the tables; every counter starts at 0."""
    op.create_table(
        "event",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("recorded_at", sa.Float, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("tenant_uuid", sa.Text),
        sa.Column("user_uuid", sa.Text),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("ix_event_tenant", "event", ["tenant_uuid", "sequence"])
    op.create_index("ix_event_user", "event", ["user_uuid", "sequence"])
    counters = op.create_table(
        "event_counter",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counters, [{"name": name, "value": 0} for name in COUNTERS])


def downgrade() -> None:
    """Drop the tables; events that are not published yet are lost."""
    op.drop_table("event_counter")
    op.drop_table("event")
