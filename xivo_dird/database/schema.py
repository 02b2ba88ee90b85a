"""The schema and its migrations (alembic), over a connection that is open already."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

MIGRATION_LOCK = 948_900_100
"""The advisory lock's number; any will do that no other program on the database uses."""

MIGRATIONS = Path(__file__).with_name("migrations")


def lock_schema(connection: Connection) -> None:
    """Wait until no other process migrates; the lock ends with the transaction. SQLite's write lock does that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision; nothing to do if it is there already."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the schema back to a revision, `base` for nothing; what only newer ones can hold is lost."""
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
