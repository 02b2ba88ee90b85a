"""Databases with the schema, copied from templates, for fixtures of every scope."""

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

STORES = ["sqlite", "postgresql"]


@cache
def sqlite_template():
    """Return the content of an SQLite database with the schema and no data."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "dird.db"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


def migrate(uri):
    """Create the schema in an empty database."""
    from xivo_dird.database.engine import Database

    database = Database(uri)
    database.migrate()
    database.close()


@contextmanager
def new_database(request, folder):
    """Create a database of the kind `request.param` with the schema and no data; yield its URI."""
    if request.param == "sqlite":
        file = folder / "dird.db"
        file.write_bytes(sqlite_template())
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql")
    uri = server.create_database(request.getfixturevalue("postgresql_template"))
    try:
        yield uri
    finally:
        server.drop_database(uri)
