"""No statement of a source changes anything, or opens another file."""

import sqlite3
from contextlib import closing

import psycopg
import pytest

from plugins.backends.sql.conftest import change_database
from xivo_dird.backend import InvalidSource, SourceUnavailable

ESCAPES = [
    "SELECT 1 AS id) AS x; COMMIT; DELETE FROM people; SELECT * FROM (SELECT 1 AS id",
    "SELECT * FROM people; DELETE FROM people",
    "SELECT * FROM people;; DELETE FROM people --",
    "WITH gone AS (DELETE FROM people RETURNING *) SELECT * FROM gone",
    "WITH x AS (SELECT 1) DELETE FROM people",
    "SELECT * INTO stolen FROM people",
]


def people(uri):
    if uri.startswith("sqlite"):
        with closing(sqlite3.connect(uri.removeprefix("sqlite:///"))) as connection:
            return len(connection.execute("SELECT * FROM people").fetchall())
    with psycopg.connect(uri) as connection:
        return len(connection.execute("SELECT * FROM people").fetchall())


@pytest.mark.parametrize("mode", ["snapshot", "query"])
@pytest.mark.parametrize("statement", ESCAPES)
def test_a_statement_that_changes_data_is_an_error(uri, opened, mode, statement):
    with opened(uri, mode=mode, query=statement) as source, pytest.raises(SourceUnavailable, match="query: "):
        source.search("ada")
    assert people(uri) == 4


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM people", "/* SELECT */ DROP TABLE people", "-- SELECT\nUPDATE people SET id = 1"],
)
def test_what_is_no_select_is_an_invalid_option(uri, opened, statement):
    for option in ("query", "lookup_query", "reverse_query", "get_query", "version_query"):
        mode = "snapshot" if option == "version_query" else "query"
        values = {"table": "people"} if option != "query" else {}
        expected = pytest.raises(InvalidSource, match=f"^{option}: it must be a SELECT")
        with opened(uri, mode=mode, **{**values, option: statement}) as source, expected:
            source.search("ada")


def test_a_function_that_writes_is_refused_by_the_server(postgresql_uri, opened):
    change_database(
        postgresql_uri,
        "CREATE FUNCTION clear() RETURNS int LANGUAGE sql AS 'DELETE FROM people; SELECT 1'",
        "CREATE FUNCTION unlock() RETURNS text LANGUAGE sql AS "
        "$$ SELECT set_config('transaction_read_only', 'off', false) $$",
    )
    for call in ("clear()", "unlock()"):
        query = f"SELECT {call} AS id, 'x' AS name, 'x' AS number"
        with opened(postgresql_uri, query=query) as source, pytest.raises(SourceUnavailable, match="query: "):
            source.search("x")
    assert people(postgresql_uri) == 4


def test_settings_that_a_statement_changes_end_with_it(postgresql_uri, opened):
    query = "SELECT set_config('statement_timeout', '0', false) AS name, 1 AS id WHERE :term = 'x'"
    with opened(postgresql_uri, mode="query", lookup_query=query, timeout=0.5) as source:
        assert source.search("x")
        show = "SELECT current_setting('statement_timeout') AS name, 1 AS id"
        with opened(postgresql_uri, mode="query", lookup_query=show, timeout=0.5) as other:
            assert [found.fields["name"] for found in other.search("x")] != ["0"]
        assert source.search("x")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT load_extension('/tmp/x.so') AS name",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM people WHERE (ATTACH '/etc/passwd' AS x)",
        "SELECT readfile('/etc/passwd') AS name",
        "SELECT zeroblob(1000000000) AS name",
    ],
)
def test_a_statement_on_a_file_reaches_nothing_else(sqlite_uri, opened, statement):
    with opened(sqlite_uri, query=statement) as source, pytest.raises(SourceUnavailable, match="query: "):
        source.search("x")


def test_a_full_text_table_can_be_searched(sqlite_uri, opened):
    change_database(
        sqlite_uri,
        "CREATE VIRTUAL TABLE words USING fts5(name)",
        "INSERT INTO words VALUES ('Ada Stern')",
    )
    query = "SELECT rowid AS id, name FROM words WHERE words MATCH :term"
    with opened(sqlite_uri, mode="query", lookup_query=query) as source:
        assert source.search("stern")


@pytest.mark.parametrize("path", ["/etc/passwd", "/nonexistent/ab", "/etc/xivo-dird"])
def test_the_server_reads_no_file_for_an_ordinary_user(postgresql_uri, opened, path):
    change_database(postgresql_uri, "DROP ROLE IF EXISTS clerk", "CREATE ROLE clerk LOGIN")
    uri = postgresql_uri.replace("//dird@", "//clerk@")
    refused = pytest.raises(SourceUnavailable, match="query: permission denied")
    with opened(uri, query=f"SELECT pg_read_file('{path}') AS name, 1 AS id") as source, refused:
        source.search("x")
    change_database(postgresql_uri, "DROP ROLE clerk")
