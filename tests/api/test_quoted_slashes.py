"""A path segment may contain any character: `%2F` is a slash in it, `%252F` is not (contract section 2.1)."""

import json

import pytest

from api.conftest import Daemon, configuration, csv_source
from servers.raw_http import RawClient, running_server

PEOPLE = "id,firstname\nx/y,Ada\nx%2Fy,Berta\n"
SERVICES = {name: {"sources": ["u/v"]} for name in ("lookup", "favorites")}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


class HttpClient:
    """A client of the daemon's own HTTP server; `ask` returns a status and a JSON document."""

    def __init__(self, port):
        self._port = port

    def ask(self, method, path, token="admin"):
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {token}\r\nContent-Length: 0\r\n\r\n"
        with RawClient(self._port) as client:
            status, _, body = client.ask(head.encode())
        return status, json.loads(body or "null")


class WsgiClient:
    """A client of the WSGI application, as other HTTP servers call it."""

    def __init__(self, daemon):
        self._daemon = daemon

    def ask(self, method, path, token="admin"):
        response = self._daemon.request(method, path, token)
        return response.status_code, json.loads(response.data or "null")


@pytest.fixture
def daemon_with_slashes(tmp_path):
    """Run a daemon whose names and ids have slashes."""
    config = configuration(tmp_path, [csv_source("slashes.csv", name="u/v")])
    (tmp_path / "csv" / "slashes.csv").write_text(PEOPLE, encoding="utf-8")
    profile = {"tenant": "main", "name": "pro/file", "display": "desk", "services": SERVICES}
    config["provisioning"]["profiles"].append(profile)
    with Daemon(config) as daemon:
        yield daemon


@pytest.fixture(params=["http", "wsgi"])
def client(request, daemon_with_slashes):
    if request.param == "wsgi":
        yield WsgiClient(daemon_with_slashes)
        return
    with running_server(daemon_with_slashes.controller.application) as server:
        yield HttpClient(server.port)


def favorites(client):
    status, document = client.ask("GET", "/0.1/directories/favorites/pro%2Ffile")
    assert status == 200, document
    return sorted(result["relations"]["source_entry_id"] for result in document["results"])


def test_a_profile_with_a_slash_in_its_name_is_found(client):
    status, document = client.ask("GET", "/0.1/directories/lookup/pro%2ffile?term=Ada")
    assert status == 200
    assert [result["column_values"][0] for result in document["results"]] == ["Ada"]
    assert client.ask("GET", "/0.1/directories/lookup/pro%252Ffile?term=Ada")[0] == 404


def test_an_id_with_a_slash_and_one_with_its_escape_are_two_favorites(client):
    source = "/0.1/directories/favorites/u%2Fv"
    assert client.ask("PUT", f"{source}/x%2Fy")[0] == 204
    assert favorites(client) == ["x/y"]
    assert client.ask("PUT", f"{source}/x%252Fy")[0] == 204
    assert favorites(client) == ["x%2Fy", "x/y"]
    assert client.ask("DELETE", f"{source}/x%2Fy")[0] == 204
    assert favorites(client) == ["x%2Fy"]


def test_the_name_of_a_source_may_have_raw_slashes_too(client):
    assert client.ask("PUT", "/0.1/directories/favorites/u/v/x%2Fy")[0] == 204
    assert favorites(client) == ["x/y"]


def test_a_personal_contact_with_a_slash_in_its_id_is_found(daemon_with_slashes, client):
    posted = daemon_with_slashes.request("POST", "/0.1/personal", json={"id": "p/q", "firstname": "Zoë"})
    assert posted.status_code == 201, posted.text
    status, document = client.ask("GET", "/0.1/personal/p%2Fq")
    assert (status, document) == (200, {"id": "p/q", "firstname": "Zoë"})


def test_the_required_right_has_the_slash(client):
    status, document = client.ask("GET", "/0.1/directories/lookup/pro%2Ffile/me%2Fyou?term=a", "no-rights")
    assert status == 401
    assert document["details"]["required_access"] == "dird.directories.lookup.pro/file.me/you.read"
