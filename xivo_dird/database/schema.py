"""The schema and its migrations (Alembic), run on an open connection."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

MIGRATION_LOCK = 948_900_100
"""Number of the advisory lock; any number that no other program uses on this database would do."""

MIGRATIONS = Path(__file__).with_name("migrations")


def lock_schema(connection: Connection) -> None:
    """Wait until no other process migrates, and lock the schema until the transaction ends.

    On SQLite the write lock of the transaction does this.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Upgrade the schema to a revision; do nothing if it is there already."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Downgrade the schema to a revision, `base` for an empty database.

    Data that only newer revisions can hold is lost.
    """
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
