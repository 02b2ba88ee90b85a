"""/backends (contract section 2.7)."""

import pytest

from api.conftest import Daemon, configuration

DEFAULT = [
    "carddav",
    "conference",
    "csv",
    "csv_ws",
    "entra",
    "google",
    "google_directory",
    "json_ws",
    "ldap",
    "office365",
    "personal",
    "phonebook",
    "sql",
    "vcard",
    "wazo",
]


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def listed(daemon, **query):
    response = daemon.get("/backends", **query)
    assert response.status_code == 200
    assert set(response.json) == {"total", "filtered", "items"}
    assert all(list(item) == ["name"] for item in response.json["items"])
    return response.json["filtered"], [item["name"] for item in response.json["items"]]


def test_all_backends_are_listed_by_default(daemon):
    assert listed(daemon) == (len(DEFAULT), DEFAULT)
    assert daemon.get("/backends").json["total"] == len(DEFAULT)


def test_a_backend_that_is_not_installed_or_not_enabled_is_left_out(tmp_path):
    enabled = {"backends": {"csv": True, "ldap": False, "nowhere": True}}
    with Daemon(configuration(tmp_path, enabled_plugins=enabled)) as daemon:
        count, names = listed(daemon)
        assert count == len(names)
        assert "csv" in names
        assert not {"ldap", "nowhere"} & set(names)
        assert daemon.get("/backends/csv/sources").status_code == 200
        assert daemon.get("/backends/ldap/sources").status_code == 404


def test_search_is_case_sensitive_and_or_ed_with_the_name(daemon):
    assert listed(daemon, search="csv") == (2, ["csv", "csv_ws"])
    assert listed(daemon, search="CSV") == (0, [])
    assert listed(daemon, name="ldap") == (1, ["ldap"])
    assert listed(daemon, name="ld") == (0, [])
    assert listed(daemon, search="csv", name="ldap") == (3, ["csv", "csv_ws", "ldap"])
    assert listed(daemon, search="%") == (0, [])


def test_the_list_is_ordered_and_cut(daemon):
    _, names = listed(daemon)
    assert listed(daemon, order="name", direction="desc") == (len(names), names[::-1])
    assert listed(daemon, limit=2, offset=1) == (len(names), names[1:3])
    assert listed(daemon, limit=0) == (len(names), [])
    assert listed(daemon, offset=100) == (len(names), [])


@pytest.mark.parametrize(
    "query",
    [{"limit": "-1"}, {"limit": ""}, {"offset": "x"}, {"order": "backend"}, {"direction": "up"}],
)
def test_bad_parameters_are_a_legacy_400(daemon, query):
    response = daemon.get("/backends", **query)
    assert response.status_code == response.json["status_code"] == 400
    assert set(response.json) == {"reason", "timestamp", "status_code"}
    assert isinstance(response.json["reason"], list)
    assert [type(stamp) for stamp in response.json["timestamp"]] == [float]


def test_without_a_token_it_is_a_legacy_401(daemon):
    response = daemon.get("/backends", token=None)
    assert response.status_code == response.json["status_code"] == 401
    assert isinstance(response.json["timestamp"], float)


@pytest.mark.parametrize("token", ["admin", None])
@pytest.mark.parametrize(
    "path", ["/backends/nowhere/sources", "/backends/nowhere/sources/x", "/backends/csv"]
)
def test_an_unknown_backend_is_an_unknown_url(daemon, path, token):
    assert daemon.get(path, token=token).status_code == 404
