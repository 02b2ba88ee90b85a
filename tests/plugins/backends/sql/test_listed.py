"""The mode `snapshot`: what is listed, and when it is read again."""

import pytest

from plugins.backends.sql.conftest import change_database, names
from waiting import wait_until


def test_a_change_of_the_version_is_noticed(uri, opened):
    version = {"version_query": "SELECT count(*), max(id) FROM people", "check_seconds": 0.02}
    with opened(uri, table="people", **version) as source:
        assert not source.search("zoë")
        change_database(uri, "INSERT INTO people VALUES (5, 'Zoë', '2047')")
        wait_until(lambda: source.search("zoë"))
        assert source.first_match("2047")


def test_without_a_version_entries_are_read_in_intervals(uri, opened):
    with opened(uri, table="people", refresh_seconds=0.1) as source:
        assert not source.search("zoë")
        change_database(uri, "INSERT INTO people VALUES (5, 'Zoë', '2047')")
        wait_until(lambda: source.search("zoë"))


def test_an_unchanged_version_reads_nothing(uri, opened):
    version = {"version_query": "SELECT 1", "check_seconds": 0.02}
    with opened(uri, table="people", **version) as source:
        assert names(source.search("ada")) == ["Ada Stern"]
        change_database(uri, "UPDATE people SET name = 'Ada Berg' WHERE id = 1")
        with opened(uri, table="people", refresh_seconds=0.1) as other:
            assert names(other.search("ada")) == ["Ada Berg"]
        assert names(source.search("ada")) == ["Ada Stern"]


def test_columns_get_the_names_of_fields(uri, opened):
    change_database(
        uri,
        'CREATE TABLE "Phone Book" ("No." INTEGER, "Full name" TEXT, "select" TEXT, hidden TEXT)',
        """INSERT INTO "Phone Book" VALUES (7, 'Ivo Brandt', '2046', 'x')""",
    )
    columns = {"id": "No.", "name": "Full name", "number": "select"}
    for mode in ("snapshot", "query"):
        with opened(uri, table="Phone Book", columns=columns, mode=mode) as source:
            (found,) = source.search("brandt")
            assert found.fields == {"id": 7, "name": "Ivo Brandt", "number": "2046"}
            assert source.first_match("2046")
            assert source.fetch(["7"])


def test_a_table_may_be_in_a_schema(postgresql_uri, opened):
    change_database(
        postgresql_uri,
        "CREATE SCHEMA crm",
        "CREATE TABLE crm.people AS SELECT 9 AS id, 'Uma' AS name, '9' AS number",
    )
    with opened(postgresql_uri, table="people", table_schema="crm") as source:
        assert names(source.search("uma")) == ["Uma"]


@pytest.mark.parametrize("mode", ["snapshot", "query"])
def test_rows_of_one_person_are_one_entry(uri, opened, mode):
    change_database(
        uri,
        "CREATE TABLE phones (id TEXT, name TEXT, number TEXT, room TEXT)",
        "INSERT INTO phones VALUES ('b', 'Ada', '1', NULL), ('a', 'Ivo', '2', '7'), ('b', 'Ada', '3', '8'), "
        "(NULL, 'Uma', '4', NULL), (NULL, 'Uwe', '5', NULL)",
    )
    with opened(uri, table="phones", mode=mode, group_rows=True) as source:
        for (found,) in (source.search("ada"), [source.first_match("3")], source.fetch(["b"])):
            fields = dict(found.fields)
            assert fields.pop("number") in (["1", "3"], ["3", "1"])
            assert fields == {"id": "b", "name": "Ada", "room": "8"}
        assert not source.fetch(["None"])
        if mode == "snapshot":
            assert names(source.search("u")) == ["Uma", "Uwe"]


def test_a_large_table_is_read_in_parts(uri, opened):
    series = (
        "WITH RECURSIVE numbers(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5009) "
        "INSERT INTO people SELECT n, 'Person ' || n, CAST(n AS TEXT) FROM numbers"
    )
    change_database(uri, series)
    with opened(uri, table="people") as source:
        assert len(source.search("person")) == 5000
        assert names([source.first_match("5009")]) == ["Person 5009"]


def test_values_become_what_entries_have(postgresql_uri, opened):
    query = """
        SELECT 1 AS id, 'Ada' AS name, 2045::numeric AS number, 12.50::numeric AS room, 'x'::char(5) AS padded,
            'infinity'::date AS born, '2026-02-03 04:05:06+00'::timestamptz AT TIME ZONE 'UTC' AS seen,
            '10000-01-01'::date AS late, decode('ff00', 'hex') AS raw, decode(repeat('ff', 9999), 'hex') AS photo,
            ARRAY['a', 'b'] AS tags, '{"floor": 3}'::jsonb AS extra, NULL AS nothing, true AS active,
            'nan'::float8 AS strange, '2f1e37a4-6a3c-4c0a-8b1a-111111111111'::uuid AS uuid, '10.0.0.1'::inet AS host
    """
    with opened(postgresql_uri, query=query) as source:
        (found,) = source.search("ada")
    assert found.fields == {
        "id": 1,
        "name": "Ada",
        "number": 2045,
        "room": "12.50",
        "padded": "x",
        "born": "infinity",
        "seen": "2026-02-03 04:05:06",
        "late": "10000-01-01",
        "raw": "ff00",
        "photo": None,
        "tags": ["a", "b"],
        "extra": {"floor": 3},
        "nothing": None,
        "active": True,
        "strange": None,
        "uuid": "2f1e37a4-6a3c-4c0a-8b1a-111111111111",
        "host": "10.0.0.1",
    }


def test_values_of_a_file_become_what_entries_have(sqlite_uri, opened):
    query = "SELECT 1 AS id, 'Ada' AS name, 1.5 AS room, x'ff' AS raw, CAST('Zoë' AS BLOB) AS text, 2045 AS number"
    with opened(sqlite_uri, query=query) as source:
        (found,) = source.search("ada")
        assert source.first_match("2045")
    expected = {"id": 1, "name": "Ada", "room": 1.5, "raw": "ff", "text": "Zoë", "number": 2045}
    assert found.fields == expected


def test_a_query_may_use_the_tenant_and_end_with_a_comment(uri, opened):
    query = "SELECT id, :tenant AS name, number FROM people WHERE id = 1; -- the tenant\n;"
    with opened(uri, query="SELECT id, :tenant AS name, number FROM people WHERE id = 1 -- tenant") as source:
        assert names(source.search("1111"))
    with opened(uri, query=query.partition(" --")[0]) as source:
        assert names(source.search("1111"))


def test_a_file_that_is_replaced_or_missing_is_noticed(sqlite_uri, opened, tmp_path):
    book = tmp_path / "books" / "book.db"
    with opened(
        sqlite_uri, table="people", version_query="SELECT name FROM people", check_seconds=0.02
    ) as source:
        assert source.search("ada")
        change_database(f"sqlite:///{tmp_path / 'new.db'}", "CREATE TABLE people (id, name, number)")
        change_database(f"sqlite:///{tmp_path / 'new.db'}", "INSERT INTO people VALUES (1, 'Uma', '1')")
        (tmp_path / "new.db").rename(book)
        wait_until(lambda: source.search("uma"))
        book.unlink()
        wait_until(lambda: not source.search("uma"))
