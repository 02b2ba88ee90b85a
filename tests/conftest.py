"""The stores that tests run on: one of each kind, copied from a template whose schema was made once.

The databases are imported by the fixtures that need them: tests without a store start quicker.
"""

import shutil

import pytest
from hypothesis import settings

from waiting import TIMEOUT

settings.register_profile("same every time", derandomize=True, database=None, deadline=None, max_examples=25)
settings.load_profile("same every time")

STORES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgresql():
    """Run one PostgreSQL server for all tests of this process."""
    from servers.postgresql import PostgreSql

    with PostgreSql() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql):
    """Make a database with the schema; answer its name."""
    uri = postgresql.create_database()
    _migrate(uri)
    return uri.rpartition("/")[2]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """Make a file with the schema."""
    file = tmp_path_factory.mktemp("template") / "dird.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def tolerant_store(monkeypatch):
    """Let stores wait for their turn as long as a busy machine may take, where many write at once."""
    for limit in ("BUSY_SECONDS", "CONNECT_SECONDS", "LOCK_SECONDS"):
        monkeypatch.setattr(f"xivo_dird.database.engine.{limit}", int(TIMEOUT))


@pytest.fixture(params=STORES)
def db_uri(request, tmp_path, tolerant_store):
    """Make a store of each kind that has its schema and nothing else."""
    if request.param == "sqlite":
        file = tmp_path / "dird.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql")
    uri = server.create_database(request.getfixturevalue("postgresql_template"))
    yield uri
    server.drop_database(uri)


@pytest.fixture
def database(tmp_path, sqlite_template):
    """Open a store on SQLite that has its schema and nothing else."""
    from xivo_dird.database.engine import Database

    file = tmp_path / "dird.db"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture(params=STORES)
def empty_db_uri(request, tmp_path, tolerant_store):
    """Make a store of each kind that has no schema yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'dird.db'}"
        return
    server = request.getfixturevalue("postgresql")
    uri = server.create_database()
    yield uri
    server.drop_database(uri)


def _migrate(uri):
    from xivo_dird.database.engine import Database

    database = Database(uri)
    database.migrate()
    database.close()
