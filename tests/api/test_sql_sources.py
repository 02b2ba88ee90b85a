"""Sources of the sql backend over the REST API."""

from functools import partial

import pytest

from api.conftest import USER, Daemon, configuration
from api.favorites import favorite, favorites
from api.rest import check_error, create
from plugins.backends.sql.conftest import PEOPLE, change_database
from waiting import wait_until

SOURCES = "/backends/sql/sources"
SECRET = "pa55-of-the-database"
COLUMNS = {
    "searched_columns": ["name"],
    "first_matched_columns": ["number"],
    "unique_column": "id",
    "format_columns": {"reverse": "{name}"},
}


@pytest.fixture(scope="module")
def new_configuration():
    return configuration_with_books


def configuration_with_books(folder, **changes):
    books = folder / "books"
    books.mkdir()
    change_database(f"sqlite:///{books / 'book.db'}", *PEOPLE)
    config = configuration(folder, **changes)
    config["backends"]["sql"] = {"folders": [books]}
    return config


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.fixture(scope="module")
def people_uri(postgresql):
    """Create a PostgreSQL database with people; yield its URI, with a password that the server ignores."""
    uri = postgresql.create_database()
    change_database(uri, *PEOPLE)
    yield uri.replace("//dird@", f"//dird:{SECRET}@")
    postgresql.drop_database(uri)


def profile_of(daemon, source):
    services = {name: {"sources": [{"uuid": source["uuid"]}]} for name in ("lookup", "reverse", "favorites")}
    display = daemon.get("/displays").json["items"][0]["uuid"]
    create(daemon, "/profiles", {"name": source["name"], "display": {"uuid": display}, "services": services})
    return source["name"]


@pytest.mark.parametrize("mode", ["snapshot", "query"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_created_source_answers_everything(daemon, people_uri, kind, mode):
    uri = "sqlite:///book.db" if kind == "sqlite" else people_uri
    body = {"name": f"{kind}-{mode}", "uri": uri, "table": "people", "mode": mode, **COLUMNS}
    source = create(daemon, SOURCES, body)
    assert source == {**body, "uuid": source["uuid"], "tenant_uuid": source["tenant_uuid"]}
    profile = profile_of(daemon, source)
    (found,) = daemon.get(f"/directories/lookup/{profile}", term="ada").json["results"]
    assert (found["backend"], found["relations"]["source_entry_id"]) == ("sql", "1")
    reverse = daemon.get(f"/directories/reverse/{profile}/{USER}", exten="2045").json
    assert (reverse["display"], reverse["source"]) == ("Ada Stern", source["name"])
    assert favorite(daemon, "PUT", f"{source['name']}/1").status_code == 204
    assert favorites(daemon, f"/directories/favorites/{profile}") == [(source["name"], "1")]


def test_an_edit_changes_the_mode(daemon):
    body = {"name": "people", "uri": "sqlite:///book.db", "table": "people", **COLUMNS}
    source = create(daemon, SOURCES, body)
    profile = profile_of(daemon, source)

    def is_asked_as(mode):
        assert daemon.get(f"/directories/lookup/{profile}", term="ada").json["results"]
        has_index = daemon.get("/status").json["sources"][source["uuid"]].get("snapshot") is not None
        return has_index == (mode == "snapshot")

    for mode in ("snapshot", "query", "snapshot"):
        response = daemon.request("PUT", f"/0.1{SOURCES}/{source['uuid']}", json={**body, "mode": mode})
        assert response.status_code == 204, response.text
        wait_until(partial(is_asked_as, mode))


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"uri": "sqlite:////etc/passwd"}, "uri"),
        ({"uri": f"postgresql://u:{SECRET}@10.0.0.1/people"}, "uri"),
        ({"uri": f"postgresql://u:{SECRET}@h/people?service=x"}, "uri"),
        ({"uri": f"oracle://u:{SECRET}@h/people"}, "uri"),
        ({"table": None}, "table"),
        ({"table": None, "query": "DROP TABLE people"}, "query"),
        ({"version_query": "SELECT :what"}, "version_query"),
        ({"mode": "query", "lookup_query": "DELETE FROM people"}, "lookup_query"),
        ({"mode": "sometimes"}, "mode"),
        ({"limit": 0}, "limit"),
        ({"timeout": 0}, "timeout"),
        ({"columns": {"id": 5}}, "columns"),
    ],
)
def test_options_that_can_not_work_are_a_400(daemon, options, option):
    body = {"name": "people", "uri": "sqlite:///book.db", "table": "people", **COLUMNS, **options}
    response = daemon.request("POST", f"/0.1{SOURCES}", json=body)
    assert option in check_error(response, 400, "invalid-data")
    assert SECRET not in response.text


def test_the_password_may_be_in_a_file(tmp_path, people_uri):
    (tmp_path / "password").write_text(SECRET)
    uri = people_uri.replace(SECRET, f"${{file:{tmp_path / 'password'}}}")
    config = configuration(tmp_path)
    declared = {
        "tenant": "main",
        "name": "people",
        "backend": "sql",
        "uri": uri,
        "table": "people",
        **COLUMNS,
    }
    config["provisioning"]["sources"].append(declared)
    with Daemon(config) as daemon:
        (source,) = daemon.get(SOURCES).json["items"]
        assert source["uri"] == uri
        assert daemon.get(f"/directories/lookup/{profile_of(daemon, source)}", term="ada").json["results"]


def test_no_password_and_no_row_is_logged_or_shown(daemon, people_uri, caplog):
    uris = {
        "refused": f"postgresql://u:{SECRET}@127.0.0.1:1/people",
        "unknown": f"{people_uri}_gone",
        "wrong": people_uri,
    }
    query = "SELECT id, name, number, CAST(name AS INTEGER) AS age FROM people"
    for name, uri in uris.items():
        source = create(daemon, SOURCES, {"name": name, "uri": uri, "query": query, **COLUMNS})
        profile = profile_of(daemon, source)
        assert daemon.get(f"/directories/lookup/{profile}", term="ada").json["results"] == []
        assert daemon.get("/status").json["sources"][source["uuid"]]["error"]
    shown = daemon.get("/status").text + daemon.get("/config").text + caplog.text
    assert SECRET not in shown
    assert "Ada Stern" not in shown
