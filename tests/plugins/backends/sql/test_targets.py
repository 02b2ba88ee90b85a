"""Which databases a source may name, and how an invalid URI is explained."""

import pytest

from xivo_dird.backend import Environment, InvalidSource, Outgoing, SourceUnavailable
from xivo_dird_backends.sql.listed import SqlSnapshotBackend
from xivo_dird_backends.sql.options import SqlOptions, SqlSettings

SECRET = "s3cr3t"


def created(uri, tmp_path, *, outgoing=None, drivers=()):
    """Create a backend as the daemon does before it stores a source, and close it."""
    settings = SqlSettings(folders=(tmp_path,), drivers=drivers, certificate_folders=(tmp_path,))
    options = SqlOptions(name="people", uri=uri, table="people")
    environment = Environment("s", "t", settings, tmp_path, outgoing=outgoing or Outgoing())
    SqlSnapshotBackend(options, environment).close()


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("postgresql:///people", "it needs one host"),
        ("postgresql://a,b/people", "it needs one host"),
        ("postgresql:///people?host=evil", "it needs one host"),
        ("postgresql://u:s3cr3t@x@h/people", "it needs one host"),
        ("postgresql://u:s3cr3t@h", "it names no database"),
        ("postgresql://u:s3cr3t@h:70000/people", "its port is no port"),
        ("postgresql://u:s3cr3t@h:x/people", "it is no database URI"),
        ("postgresql+psycopg2://u:s3cr3t@h/people", "sources may not use postgresql.psycopg2"),
        ("u:s3cr3t@h", "it is no database URI"),
        ("nosuch://u:s3cr3t@h/people", "no driver for nosuch:// is installed"),
        ("mysql://u:s3cr3t@h/people", "sources may not use mysql"),
        ("sqlite://", "it names no file"),
        ("sqlite:///:memory:", "it names no file"),
        ("sqlite:///file:book.db", "it names no file"),
        ("sqlite://host/book.db", "it names no file"),
        ("sqlite:////etc/passwd", "/etc/passwd is outside the allowed folders"),
        ("sqlite:///../book.db", "is outside the allowed folders"),
        ("sqlite:///book.db?mode=rwc", "the parameter 'mode' is not allowed"),
        ("sqlite:///book.db?vfs=unix-none", "the parameter 'vfs' is not allowed"),
        ("postgresql:///people?host=/run/postgresql", "/run/postgresql is outside the allowed folders"),
        ("postgresql://h/people?sslrootcert=/etc/passwd", "/etc/passwd is outside the allowed folders"),
    ],
)
def test_a_uri_that_can_not_be_used_is_refused(tmp_path, uri, expected):
    with pytest.raises(InvalidSource, match=rf"^uri: .*({expected})") as error:
        created(uri, tmp_path)
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    "parameter",
    [
        "host",
        "hostaddr",
        "options",
        "passfile",
        "password",
        "service",
        "servicefile",
        "sslcert",
        "sslkey",
        "user",
    ],
)
def test_a_parameter_that_opens_other_things_is_refused(tmp_path, parameter):
    with pytest.raises(
        InvalidSource, match=f"^uri: the parameter '{parameter}' is not allowed; allowed: app"
    ):
        created(f"postgresql://u@h/people?{parameter}=x", tmp_path)


@pytest.mark.parametrize("parameter", ["sslmode=verify-full", "sslmode=disable", "application_name=phones"])
def test_a_harmless_parameter_is_accepted(tmp_path, parameter):
    created(f"postgresql://u@h/people?{parameter}", tmp_path)


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "0.0.0.0", "[fd00::1]", "[::ffff:10.0.0.1]"])
def test_an_address_that_is_not_allowed_is_refused(tmp_path, host):
    with pytest.raises(InvalidSource, match=r"^uri: .*add the host or its network to outgoing\.allow"):
        created(f"postgresql://u:{SECRET}@{host}/people", tmp_path)
    created(f"postgresql://u@{host}/people", tmp_path, outgoing=Outgoing(trusts_options=True))


def test_a_socket_in_an_allowed_folder_is_accepted(tmp_path):
    created(f"postgresql://u@/people?host={tmp_path}", tmp_path)


def test_a_driver_that_is_allowed_and_not_installed_is_named(tmp_path):
    with pytest.raises(InvalidSource, match=r"^uri: the driver mysqldb is not installed"):
        created("mysql+mysqldb://u@h/people", tmp_path, drivers=("mysql+mysqldb",))


@pytest.mark.parametrize("host", ["127.2", "0x7f000002"])
def test_a_spelling_of_a_refused_address_is_not_reached(opened, host):
    refused = pytest.raises(SourceUnavailable, match=r"outgoing\.allow")
    with opened(f"postgresql://u:{SECRET}@{host}:1/people", table="people") as source, refused as error:
        source.search("ada")
    assert SECRET not in str(error.value)


def test_a_name_is_resolved_once_and_its_address_is_used(tmp_path, postgresql_uri):
    resolved = []

    def resolve(host, port):
        resolved.append((host, port))
        return ("127.0.0.1",)

    port = int(postgresql_uri.rpartition(":")[2].partition("/")[0])
    options = SqlOptions(name="p", uri=postgresql_uri.replace("127.0.0.1", "db.example"), table="people")
    environment = Environment(
        "s", "t", SqlSettings(), tmp_path, outgoing=Outgoing(trusts_options=True, resolve=resolve)
    )
    backend = SqlSnapshotBackend(options, environment)
    try:
        assert len(list(backend.entries(None))) == 4
    finally:
        backend.close()
    assert resolved == [("db.example", port)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "table: either table or query is needed"),
        ({"table": "people", "query": "SELECT 1"}, "table: there is a query, too"),
        ({"table": "people", "group_rows": True}, "group_rows: it needs unique_column"),
        (
            {"table": "p", "columns": {"a": "b"}, "unique_column": "id"},
            "unique_column: 'id' is not in columns",
        ),
        ({"table": "p", "columns": {"a": "b"}, "searched_columns": ["n"]}, "searched_columns: 'n' is not in"),
        ({"query": "SELECT :user"}, "query: :user is no parameter; there are :tenant; a colon"),
        ({"table": "p", "version_query": "SELECT :term"}, "version_query: :term is no parameter"),
        ({"mode": "query"}, "table: table, query, lookup_query or reverse_query is needed"),
    ],
)
def test_options_that_contradict_each_other_are_refused(opened, sqlite_uri, options, expected):
    cleared: dict[str, object] = {"searched_columns": [], "first_matched_columns": [], "unique_column": None}
    refused = pytest.raises(InvalidSource)
    with opened(sqlite_uri, **{**cleared, **options}) as source, refused as error:
        source.search("ada")
    assert str(error.value).startswith(expected)


def test_a_list_that_is_being_read_ends_when_the_source_is_closed(tmp_path, postgresql_uri):
    query = "SELECT n AS id FROM generate_series(1, 100000) AS n"
    options = SqlOptions(name="p", uri=postgresql_uri, query=query)
    backend = SqlSnapshotBackend(options, Environment("s", "t", SqlSettings(), tmp_path))
    entries = iter(backend.entries(None))
    assert next(entries) == {"id": 1}
    backend.close()
    with pytest.raises(SourceUnavailable, match="the source was closed"):
        list(entries)
