"""Databases with people: a PostgreSQL database and an SQLite file, and sources on them."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from servers.postgresql import PostgreSql
from xivo_dird.backend import DialPlan
from xivo_dird.testing import TestedSource, open_source
from xivo_dird_backends.sql.backend import SqlBackend

COLUMNS = {"searched_columns": ["name"], "first_matched_columns": ["number"], "unique_column": "id"}
FRANCE = DialPlan("FR")
PEOPLE = (
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, number TEXT)",
    "INSERT INTO people VALUES (1, 'Ada Stern', '2045'), (2, 'Élodie Müller', '+33 6 12 34 56 78'), "
    "(3, '100%_sure', '0612345679'), (4, NULL, NULL)",
)

Change = Callable[..., None]
OpenSource = Callable[..., AbstractContextManager[TestedSource]]


@pytest.fixture
def sqlite_uri(tmp_path: Path) -> str:
    """Create an SQLite file with people; return its URI."""
    folder = tmp_path / "books"
    folder.mkdir()
    uri = f"sqlite:///{folder / 'book.db'}"
    change_database(uri, *PEOPLE)
    return uri


@pytest.fixture
def postgresql_uri(postgresql: PostgreSql) -> Iterator[str]:
    """Create a PostgreSQL database with people; yield its URI."""
    uri = postgresql.create_database()
    change_database(uri, *PEOPLE)
    yield uri
    postgresql.drop_database(uri)


@pytest.fixture(params=["sqlite", "postgresql"])
def uri(request: pytest.FixtureRequest) -> str:
    """Return the URI of a database of each kind."""
    return str(request.getfixturevalue(f"{request.param}_uri"))


@pytest.fixture
def opened(tmp_path: Path) -> OpenSource:
    """Return a function that opens a source as the daemon does; SQLite files are in the folder `books`."""
    numbers = count()

    @contextmanager
    def open_sql_source(uri: str, plan: DialPlan = FRANCE, **options: object) -> Iterator[TestedSource]:
        values: Mapping[str, object] = {**COLUMNS, "uri": uri, **options}
        folder, settings = tmp_path / f"state-{next(numbers)}", {"folders": [tmp_path / "books"]}
        with open_source(SqlBackend, values, folder, settings, dial_plan=plan) as source:
            yield source

    return open_sql_source


def change_database(uri: str, *statements: str) -> None:
    """Run statements, and commit."""
    if uri.startswith("sqlite:///"):
        with closing(sqlite3.connect(uri.removeprefix("sqlite:///"))) as file, file:
            for statement in statements:
                file.execute(statement)
    else:
        with psycopg.connect(uri) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def names(contacts: object) -> list[object]:
    """Return the names of contacts."""
    assert isinstance(contacts, list | tuple)
    return [contact.fields["name"] for contact in contacts]
