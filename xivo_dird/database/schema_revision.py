"""The revision of the schema, read without Alembic, which every start would have to import."""

from sqlalchemy import Connection, inspect, text

NEWEST_REVISION = "0009"
"""The revision of the schema that this release uses: that of the last file in `migrations/versions`."""

MIGRATION_LOCK = 948_900_100
"""Number of the advisory lock; any number that no other program uses on this database would do."""


def lock_schema(connection: Connection) -> None:
    """Wait until no other process migrates, and lock the schema until the transaction ends.

    On SQLite the write lock of the transaction does this.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def is_newest(connection: Connection) -> bool:
    """Return whether the database has exactly the schema of this release."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    revisions = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    return revisions == [NEWEST_REVISION]
