"""The migrations of the schema (Alembic), run on an open connection."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from xivo_dird.database.errors import StoreProblem, store_error

NEWER = StoreProblem(
    "the database has the schema of a newer release",
    "install that release, or restore a backup from before its installation",
    is_lasting=True,
)

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(connection: Connection, revision: str = "head", place: str | None = None) -> None:
    """Upgrade the schema to a revision; do nothing if it is there already.

    Args:
        connection: The database.
        revision: The revision to upgrade to.
        place: The file of the database, for the error; None: it is on a server.

    Raises:
        StoreUnusable: A newer release has upgraded the schema.
    """
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):
            raise store_error(NEWER, str(error), place) from error
        raise


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
