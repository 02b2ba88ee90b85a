"""Faults of a server and of a file: what the error says, and that the source works again afterwards."""

import sqlite3
from contextlib import closing

import psycopg
import pytest

from plugins.backends.sql.conftest import PEOPLE, change_database, names
from servers.postgresql import PostgreSql
from waiting import assert_prompt, wait_until
from xivo_dird.backend import SourceUnavailable

SLOW = "SELECT id, name, number FROM people, pg_sleep(120)"
ENDLESS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) "
    "SELECT n AS id, 'Ada' AS name, 'x' AS number FROM numbers WHERE n < 0"
)


def error_of(ask, *arguments):
    with pytest.raises(SourceUnavailable) as error:
        ask(*arguments)
    return str(error.value)


def is_answering(source):
    try:
        return names(source.search("ada")) == ["Ada Stern"]
    except SourceUnavailable:
        return False


@pytest.fixture
def server():
    """Run a server of its own, which a test may stop."""
    with PostgreSql() as server:
        yield server


@pytest.mark.parametrize("mode", ["snapshot", "query"])
def test_a_server_that_comes_back_is_used_again(server, opened, mode):
    uri = server.create_database()
    change_database(uri, *PEOPLE)
    version = {"version_query": "SELECT count(*) FROM people", "check_seconds": 0.02}
    with opened(uri, table="people", mode=mode, **version) as source:
        assert is_answering(source)
        server.stop()
        if mode == "query":
            assert "Connection refused" in error_of(source.search, "ada")
        else:
            assert is_answering(source)  # with the last good data
        server.start()
        change_database(uri, "INSERT INTO people VALUES (5, 'Zoë', '2047')")
        wait_until(lambda: is_answering(source) and source.search("zoë"))


def test_a_server_that_hangs_is_not_waited_for(server, opened):
    uri = server.create_database()
    change_database(uri, *PEOPLE)
    with opened(uri, table="people", mode="query", timeout=0.3) as source:
        assert is_answering(source)
        server.hang()
        with assert_prompt():
            assert "no answer in time" in error_of(source.search, "ada")
        server.resume()
        wait_until(lambda: is_answering(source))


def test_a_killed_connection_is_replaced(postgresql_uri, opened):
    with opened(postgresql_uri, table="people", mode="query") as source:
        assert is_answering(source)
        with psycopg.connect(postgresql_uri, autocommit=True) as connection:
            killed = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'xivo-dird'"
            ).fetchall()
        assert killed
        assert is_answering(source)


@pytest.mark.parametrize("mode", ["snapshot", "query"])
def test_a_slow_statement_is_ended_by_the_server(postgresql_uri, opened, mode):
    options = {"query": SLOW, "mode": mode, "timeout": 0.3, "list_timeout": 0.3}
    with opened(postgresql_uri, **options) as source, assert_prompt():
        assert "query: no answer in time" in error_of(source.search, "ada")
    with psycopg.connect(postgresql_uri) as connection:
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
        )
        wait_until(lambda: connection.execute(asked).fetchone() == (0,))


@pytest.mark.parametrize("mode", ["snapshot", "query"])
def test_an_endless_statement_on_a_file_is_interrupted(sqlite_uri, opened, mode):
    options = {"query": ENDLESS, "mode": mode, "timeout": 0.3, "list_timeout": 0.3}
    with opened(sqlite_uri, **options) as source, assert_prompt():
        assert "query: no answer in time" in error_of(source.search, "ada")


def test_a_question_about_large_texts_on_a_file_is_interrupted(sqlite_uri, opened):
    large = "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 13)"
    text = "CAST(replace(hex(zeroblob(500000)), '0', 'a') AS TEXT)"
    change_database(sqlite_uri, f"INSERT INTO people {large} SELECT i, {text}, NULL FROM n")
    with opened(sqlite_uri, table="people", mode="query", timeout=0.1) as source:
        assert "table: no answer in time" in error_of(source.search, f"{'a' * 250}b")


def test_a_locked_table_is_waited_for_briefly(postgresql_uri, opened):
    with opened(postgresql_uri, table="people", mode="query", timeout=0.3) as source:
        with psycopg.connect(postgresql_uri) as connection:
            connection.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
            with assert_prompt():
                error = error_of(source.search, "ada")
            assert "locks the table" in error or "no answer in time" in error
        assert is_answering(source)


def test_a_locked_file_is_waited_for_briefly(sqlite_uri, opened):
    with opened(sqlite_uri, table="people", mode="query", timeout=0.3) as source:
        with closing(
            sqlite3.connect(sqlite_uri.removeprefix("sqlite:///"), isolation_level=None)
        ) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            with assert_prompt():
                assert "another program locks the file" in error_of(source.search, "ada")
            connection.execute("ROLLBACK")
        assert is_answering(source)


def test_a_wrong_password_is_named_and_not_shown(server, opened):
    uri = server.create_database()
    change_database(uri, "CREATE USER reader PASSWORD 'right'", *PEOPLE, "GRANT SELECT ON people TO reader")
    server.require_passwords()
    database = uri.partition("@")[2]
    with opened(f"postgresql://reader:wr0ng-secret@{database}", table="people", mode="query") as source:
        error = error_of(source.search, "ada")
    assert 'password authentication failed for user "reader"' in error
    assert "wr0ng" not in error
    assert database in error
    with opened(f"postgresql://reader:right@{database}", table="people", mode="query") as source:
        assert is_answering(source)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"table": "nobody"}, 'table: relation "nobody" does not exist'),
        ({"table": "people", "searched_columns": ["nick"]}, 'table: column "nick" does not exist'),
        ({"table": "secrets"}, "table: permission denied for table secrets"),
        ({"lookup_query": "SELECT nick FROM people"}, 'lookup_query: column "nick" does not exist'),
        ({"lookup_query": "SELECT * FROM people WHERE"}, "lookup_query: syntax error at"),
    ],
)
def test_what_is_wrong_with_a_statement_is_named(postgresql, postgresql_uri, opened, options, expected):
    change_database(
        postgresql_uri,
        "DROP ROLE IF EXISTS guest",
        "CREATE ROLE guest LOGIN",
        "CREATE TABLE secrets (id INTEGER, name TEXT, number TEXT)",
        "GRANT SELECT ON people TO guest",
    )
    uri = postgresql_uri.replace("//dird@", "//guest@")
    with opened(uri, mode="query", **options) as source:
        assert expected in error_of(source.search, "ada")
    change_database(postgresql_uri, "DROP OWNED BY guest", "DROP ROLE guest")


def test_an_unknown_database_is_named(postgresql_uri, opened):
    with opened(f"{postgresql_uri}_gone", table="people", mode="query") as source:
        assert 'uri: database "' in error_of(source.search, "ada")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"table": "nobody"}, "table: no such table: nobody"),
        ({"table": "people", "searched_columns": ["nick"]}, "table: no such column: nick"),
        ({"lookup_query": "SELECT * FROM people WHERE"}, "lookup_query: near "),
    ],
)
def test_what_is_wrong_with_a_statement_on_a_file_is_named(sqlite_uri, opened, options, expected):
    with opened(sqlite_uri, mode="query", **options) as source:
        assert expected in error_of(source.search, "ada")


def test_a_file_that_is_no_database_is_named(sqlite_uri, opened, tmp_path):
    (tmp_path / "books" / "book.db").write_bytes(b"not a database at all" * 100)
    with opened(sqlite_uri, table="people", mode="query") as source:
        assert "the file is no SQLite database" in error_of(source.search, "ada")


def test_a_failed_read_keeps_the_last_good_data(uri, opened):
    options = {"table": "people", "refresh_seconds": 0.05}
    with opened(uri, **options) as source:
        assert is_answering(source)
        change_database(uri, "ALTER TABLE people RENAME TO former")
        for _ in range(20):
            assert is_answering(source)
        change_database(
            uri, "ALTER TABLE former RENAME TO people", "INSERT INTO people VALUES (5, 'Zoë', '1')"
        )
        wait_until(lambda: source.search("zoë"))
