"""GET and PATCH /config (contract section 2.13)."""

import json
import logging

import pytest

from api.conftest import OTHER, TENANT, UNREACHABLE, Daemon, configuration


def patch(daemon, body, **arguments):
    return daemon.request("PATCH", "/0.1/config", data=json.dumps(body), **arguments)


def replace(value, **changes):
    return {"op": "replace", "path": "/debug", "value": value, **changes}


def test_it_shows_the_running_configuration(daemon):
    response = daemon.get("/config")
    assert response.status_code == 200
    assert response.json["debug"] is False
    assert response.json["rest_api"]["min_threads"] == 10


def test_it_shows_no_secret(tmp_path):
    secrets = ["ldap-s3cret", "db-s3cret"]
    staff = {**UNREACHABLE, "ldap_username": "cn=me", "ldap_password": secrets[0]}
    config = configuration(tmp_path, [staff], db_uri=f"postgresql://dird:{secrets[1]}@127.0.0.1:1/dird")
    shown = Daemon(config).get("/config").text
    assert "sha256:" not in shown
    assert not any(secret in shown for secret in secrets)
    assert "postgresql://dird:********@127.0.0.1:1/dird" in shown


def test_debugging_is_turned_on_and_off_at_once(daemon):
    assert patch(daemon, [replace(True)]).json["debug"] is True
    assert logging.getLogger().level == logging.DEBUG
    assert daemon.get("/config").json["debug"] is True
    response = patch(daemon, [replace(True), replace(False)])
    assert response.status_code == 200
    assert response.json["debug"] is False
    assert logging.getLogger().level == logging.INFO


def test_an_empty_patch_changes_nothing(daemon):
    assert patch(daemon, [replace(True)]).status_code == 200
    response = patch(daemon, [])
    assert response.status_code == 200
    assert response.json["debug"] is True


@pytest.mark.parametrize(
    ("body", "index", "field"),
    [
        ([{}], "0", "op"),
        ([{}], "0", "value"),
        ([{"op": "replace", "path": "/debug"}], "0", "value"),
        ([replace(True), replace(True, op="move")], "1", "op"),
        ([replace(True, path="/rest_api/port")], "0", "path"),
        ([replace("perhaps")], "0", "value"),
        ([replace(None)], "0", "value"),
        ([replace(True, **{"from": "/debug"})], "0", "from"),
    ],
)
def test_a_wrong_operation_is_reported_by_index_and_changes_nothing(shared_daemon, body, index, field):
    response = patch(shared_daemon, body)
    assert response.status_code == 400
    assert response.json["error_id"] == "invalid-data"
    assert field in response.json["details"][index]
    assert shared_daemon.get("/config").json["debug"] is False


@pytest.mark.parametrize("body", [{}, "text", 3, True])
def test_a_patch_that_is_no_list_is_wrong_as_a_whole(shared_daemon, body):
    response = patch(shared_daemon, body)
    assert response.status_code == 400
    assert list(response.json["details"]) == ["_schema"]


def test_null_is_invalid_data_without_details(daemon):
    response = patch(daemon, None)
    assert (response.status_code, response.json["details"]) == (400, {})


def test_ten_thousand_operations_are_accepted(daemon):
    assert patch(daemon, [replace(True)] * 10_000).status_code == 200


def test_only_the_master_tenant_has_access_whatever_the_body(daemon):
    for response in (
        daemon.get("/config", token="other-tenant"),
        patch(daemon, "nonsense", token="other-tenant"),
    ):
        assert response.status_code == 401
        assert response.json["error_id"] == "unauthorized"
        assert response.json["details"] == {"invalid_token": "other-tenant"}


def test_the_tenant_of_the_token_counts_and_not_the_header(daemon, tmp_path):
    child = daemon.get("/config", headers={"Wazo-Tenant": "22222222-2222-4222-8222-222222222222"})
    assert child.status_code == 200
    assert daemon.get("/config", token="other-tenant", headers={"Wazo-Tenant": OTHER}).status_code == 401
    assert TENANT != OTHER


def test_an_unknown_master_tenant_is_a_503(tmp_path):
    config = configuration(tmp_path)
    del config["auth"]["master_tenant_uuid"]
    response = Daemon(config).get("/config")
    assert response.status_code == 503
    assert response.json["error_id"] == "matser-tenant-not-initiated"
