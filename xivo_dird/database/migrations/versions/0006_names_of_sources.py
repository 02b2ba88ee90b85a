"""Require unique names of sources, except names that come from a phonebook, in any backend."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INDEX = "uq_source_name"
CONDITION = "phonebook_uuid IS NULL"
FORMER_CONDITION = "backend <> 'phonebook'"

RENAME_TWINS = """
    UPDATE source SET name = substr(name, 1, 470) || ' ' || uuid
    WHERE backend = 'phonebook' AND phonebook_uuid IS NULL AND EXISTS (
        SELECT 1 FROM source AS other
        WHERE other.tenant_uuid = source.tenant_uuid AND other.name = source.name AND other.uuid <> source.uuid
            AND other.phonebook_uuid IS NULL)"""


def upgrade() -> None:
    """Require unique names among the sources without a reference to a phonebook.

    Sources that YAML declares on a phonebook have no reference; if such a name is not unique, the uuid is appended.
    """
    op.drop_index(INDEX, "source")
    op.execute(RENAME_TWINS)
    _create_index(CONDITION)


def downgrade() -> None:
    """Allow equal names for all sources of the phonebook backend again."""
    op.drop_index(INDEX, "source")
    _create_index(FORMER_CONDITION)


def _create_index(condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        INDEX, "source", ["tenant_uuid", "name"], unique=True, sqlite_where=where, postgresql_where=where
    )
