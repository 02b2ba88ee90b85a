"""Databases for tests, one of each kind, copied from a template whose schema is created only once; the log level.

The fixtures import the database modules when they need them, so that tests without a database start faster.
"""

import gc
import logging
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from databases import STORES, migrate, new_database, sqlite_template

settings.register_profile("deterministic", derandomize=True, database=None, deadline=None, max_examples=25)
settings.load_profile("deterministic")

gc.disable()  # until all modules are imported: repeated scans of their objects would take a fifth of `make unit`


_MEMORY_FOLDER = Path("/dev/shm")
_NEEDED_BYTES = 8 * 1024**3


def pytest_configure():
    """Put temporary files into memory if there is room for them: waiting for the disk took a sixth of the time."""
    if "TMPDIR" in os.environ or not _MEMORY_FOLDER.is_dir():
        return
    if shutil.disk_usage(_MEMORY_FOLDER).free >= _NEEDED_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY_FOLDER)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop():
    """Exclude all imported modules from garbage collection, and start it.

    Each test leaves the objects of its daemon; with the default threshold, scans of the others took a sixth of the CPU.
    """
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


@pytest.fixture(autouse=True)
def _log_level():
    """Restore the level of the log, which a request may change for the whole process."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgresql():
    """Run one PostgreSQL server for all tests of this process."""
    from servers.postgresql import PostgreSql

    with PostgreSql() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql):
    """Create a database with the schema; return its name."""
    uri = postgresql.create_database()
    migrate(uri)
    return uri.rpartition("/")[2]


@pytest.fixture(scope="session")
def radicale(tmp_path_factory):
    """Run one CardDAV server for all tests of this process; its books `crew` and `board` must not be changed."""
    from servers.radicale import RadicaleServer, crew_cards

    server = RadicaleServer(tmp_path_factory.mktemp("radicale"))
    cards = crew_cards()
    server.load(server.reader, "crew", "The Crew", cards)
    server.load(server.username, "board", "Board", cards[:3])
    with server:
        yield server


@pytest.fixture(params=STORES)
def db_uri(request, tmp_path):
    """Create a database of each kind with the schema and no data; return its URI."""
    with new_database(request, tmp_path) as uri:
        yield uri


@pytest.fixture
def database(tmp_path):
    """Open an SQLite database with the schema and no data."""
    from xivo_dird.database.engine import Database

    file = tmp_path / "dird.db"
    file.write_bytes(sqlite_template())
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture(params=STORES)
def empty_db_uri(request, tmp_path):
    """Create a database of each kind without the schema; return its URI."""
    if request.param == "sqlite":
        file = tmp_path / "dird.db"
        file.touch()
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql")
    uri = server.create_database()
    yield uri
    server.drop_database(uri)
