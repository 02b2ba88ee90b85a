"""Which errors of a database are a state of the store, and which are defects of the program."""

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from xivo_dird.database.errors import stored_json, translated_errors
from xivo_dird.exceptions import StoreUnavailable, StoreUnusable

SECRET = "s3cret"


@pytest.fixture
def sqlite():
    """Open an empty SQLite database in memory that may not grow beyond two pages."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE contact (name TEXT UNIQUE)"))
        connection.execute(text("PRAGMA max_page_count = 3"))
        yield connection
    engine.dispose()


def run(connection, statement):
    with translated_errors("/var/lib/dird.db"):
        result = connection.execute(text(statement))
        assert not result.returns_rows or result.all()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("INSERT INTO contact VALUES (hex(zeroblob(100000)))", "the disk of the database is full"),
        ("SELECT * FROM nobody", "the database lacks a table or a row"),
        ("SELECT number FROM contact", "the database lacks a table or a row"),
        ("INSERT INTO contact (number) VALUES (1)", "the database lacks a table or a row"),
        ("SELECT CAST(x'ff' AS TEXT)", "the database is damaged"),
    ],
)
def test_a_state_of_the_file_is_named_with_the_file(sqlite, statement, message):
    with pytest.raises(StoreUnavailable) as raised:
        run(sqlite, statement)
    assert raised.value.message == message
    assert str(raised.value).startswith(f"{message}: /var/lib/dird.db: ")


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT nothing()", "SELECT 1 FROM contact GROUP BY 7"])
def test_a_wrong_statement_stays_a_defect(sqlite, statement):
    with pytest.raises(OperationalError):
        run(sqlite, statement)


def test_a_violated_constraint_stays_what_it_is(sqlite):
    run(sqlite, "INSERT INTO contact VALUES ('a')")
    with pytest.raises(IntegrityError):
        run(sqlite, "INSERT INTO contact VALUES ('a')")


def raise_postgresql(error):
    with translated_errors(None):
        raise DBAPIError("SELECT 1", None, error)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (errors.ReadOnlySqlTransaction(), "the database is read-only"),
        (errors.UndefinedTable(), "the database lacks a table or a row"),
        (errors.UndefinedColumn(), "the database lacks a table or a row"),
        (errors.InvalidSchemaName(), "the database lacks a table or a row"),
        (errors.InsufficientPrivilege(), "the database refuses the daemon a permission"),
        (errors.DiskFull(), "the disk of the database is full"),
        (errors.OutOfMemory(), "the database does not answer"),
        (errors.AdminShutdown(), "the database does not answer"),
        (errors.CannotConnectNow(), "the database does not answer"),
        (errors.IoError(), "the database can't read or write its files"),
        (errors.DataCorrupted(), "the database is damaged"),
        (errors.IndexCorrupted(), "the database is damaged"),
        (psycopg.OperationalError("connection refused"), "the database does not answer"),
    ],
)
def test_a_state_of_a_server_is_named(error, message):
    with pytest.raises(StoreUnavailable) as raised:
        raise_postgresql(error)
    assert raised.value.message == message


@pytest.mark.parametrize(
    "error", [errors.SyntaxError(), errors.NotNullViolation(), errors.InvalidTextRepresentation()]
)
def test_a_mistake_in_a_statement_to_a_server_stays_a_defect(error):
    with pytest.raises(DBAPIError):
        raise_postgresql(error)


def test_what_an_administrator_must_repair_comes_with_an_advice():
    with pytest.raises(StoreUnusable, match=r"; stop the daemon and restore a backup$"):
        raise_postgresql(errors.DataCorrupted())
    with pytest.raises(StoreUnavailable) as raised:
        raise_postgresql(errors.AdminShutdown())
    assert not isinstance(raised.value, StoreUnusable)


def test_a_damaged_value_is_not_quoted():
    with pytest.raises(StoreUnusable) as raised:
        stored_json(f'{{"password": "{SECRET}')
    assert SECRET not in str(raised.value)
