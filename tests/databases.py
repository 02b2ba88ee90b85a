"""Databases with the schema, copied from the templates of `conftest.py`, for fixtures of every scope."""

import shutil
from contextlib import contextmanager

STORES = ["sqlite", "postgresql"]


@contextmanager
def new_database(request, folder):
    """Create a database of the kind `request.param` with the schema and no data; yield its URI."""
    if request.param == "sqlite":
        file = folder / "dird.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql")
    uri = server.create_database(request.getfixturevalue("postgresql_template"))
    try:
        yield uri
    finally:
        server.drop_database(uri)
