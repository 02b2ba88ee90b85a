"""A database that fails and comes back: requests get a clear 503 in between, and nothing is lost."""

import pytest

from api.conftest import Daemon, configuration
from servers.postgresql import PostgreSql
from waiting import wait_until

DISPLAY = {"name": "desk", "columns": [{"field": "name"}]}


@pytest.fixture
def server():
    """Run a PostgreSQL server that no other test uses."""
    with PostgreSql() as server:
        yield server


@pytest.fixture
def daemon(tmp_path, server):
    with Daemon(configuration(tmp_path, db_uri=server.create_database())) as daemon:
        yield daemon


def post(daemon, name):
    return daemon.request("POST", "/0.1/displays", json={**DISPLAY, "name": name})


def names(daemon):
    return [item["name"] for item in daemon.get("/displays").json["items"]]


def test_the_address_of_the_database_is_only_in_the_log(daemon, server, caplog):
    server.stop()
    responses = [post(daemon, "x"), daemon.get("/personal"), daemon.get("/status")]
    assert [response.status_code for response in responses] == [503, 503, 200]
    for response in responses:
        assert "the database does not answer" in response.text
        assert "127.0.0.1" not in response.text
    assert "POST /0.1/displays failed: the database does not answer: " in caplog.text


def test_during_an_outage_requests_are_a_503_and_lookups_go_on(daemon, server):
    assert post(daemon, "before").status_code == 201
    assert daemon.get("/directories/lookup/default", term="stern").json["results"]
    server.stop()
    for _ in range(3):
        response = post(daemon, "between")
        assert response.status_code == 503
        assert response.json["error_id"] == "store-unavailable"
        assert daemon.get("/personal").status_code == 503
        assert "reason" in daemon.get("/personal").json
        assert daemon.get("/directories/lookup/default", term="stern").json["results"]
        status = daemon.get("/status")
        assert (status.status_code, status.json["store"]["status"]) == (200, "fail")
    server.start()
    wait_until(lambda: daemon.get("/status").json["store"]["status"] == "ok")
    assert post(daemon, "after").status_code == 201
    assert {"before", "after"} <= set(names(daemon))
    assert "between" not in names(daemon)


def test_a_restart_between_two_requests_causes_no_error(daemon, server):
    assert post(daemon, "before").status_code == 201
    server.stop()
    server.start()
    assert post(daemon, "after").status_code == 201


@pytest.mark.parametrize("change", ["rename", "delete"])
def test_an_edit_by_another_process_is_used_without_a_restart(tmp_path, server, change):
    uri = server.create_database()
    with (
        Daemon(configuration(tmp_path, db_uri=uri)) as first,
        Daemon(configuration(tmp_path, db_uri=uri)) as second,
    ):
        profile = first.request("POST", "/0.1/profiles", json={"name": "old", "services": {}}).json
        path = f"/0.1/profiles/{profile['uuid']}"
        _until_status(second, "old", 200)
        if change == "rename":
            assert first.request("PUT", path, json={"name": "new", "services": {}}).status_code == 204
            _until_status(second, "new", 200)
        else:
            assert first.request("DELETE", path).status_code == 204
        _until_status(second, "old", 404)


def _until_status(daemon, profile, status):
    wait_until(lambda: daemon.get(f"/directories/lookup/{profile}", term="a").status_code == status)
