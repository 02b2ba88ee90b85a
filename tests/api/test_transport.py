"""Rules of all routes: tokens, methods, cross-site requests, unknown URLs (contract section 1)."""

import pytest

from api.conftest import OTHER, USER

LOOKUP = "/directories/lookup/default"


@pytest.mark.parametrize("token", [None, "", "unknown", "x" * 10_000, "a/../b?c", "\xe9"])
def test_without_a_valid_token_the_answer_is_a_legacy_401(shared_daemon, token):
    response = shared_daemon.get(LOOKUP, token=token, term="a")
    assert response.status_code == response.json["status_code"] == 401
    assert isinstance(response.json["timestamp"], float)
    assert isinstance(response.json["reason"], list)


def test_a_modern_route_without_a_valid_token_names_the_required_right(daemon):
    response = daemon.get(f"{LOOKUP}/{USER}", token="unknown", term="a")
    assert response.status_code == 401
    assert response.json["error_id"] == "unauthorized"
    assert response.json["details"] == {
        "invalid_token": "unknown",
        "reason": "not_found_or_expired",
        "required_access": f"dird.directories.lookup.default.{USER}.read",
    }


def test_a_missing_right_is_a_401_too(daemon):
    assert daemon.get(LOOKUP, token="reader", term="a").status_code == 200
    response = daemon.get("/status", token="reader", headers={"Wazo-Tenant": OTHER})
    assert response.status_code == 401
    assert response.json["details"] == {
        "invalid_token": "reader",
        "reason": "missing_permission_or_invalid_tenant",
        "required_access": "dird.status.read",
        "tenant_uuid": OTHER,
    }


def test_dots_in_path_values_are_underscores_in_the_required_right(daemon):
    response = daemon.get("/directories/lookup/a.b/c.d", token="reader", term="a")
    assert response.json["details"]["required_access"] == "dird.directories.lookup.a_b.c_d.read"


def test_the_token_is_checked_before_the_query(daemon):
    assert daemon.get(LOOKUP, token=None).status_code == 401


@pytest.mark.parametrize(
    "path", ["/0.1/nowhere", "/0.1/directories/lookup/default/", "/status", "/0.1/status/"]
)
def test_an_unknown_url_is_a_404(shared_daemon, path):
    assert shared_daemon.request("GET", path).status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "a..b",
        ".",
        "x" * 64,
        f"{'x' * 64}:9489",
        "x" * 300,
        "[::1",
        ":0",
        "a:b:c",
        "",
        "a b/c@d",
        "\xc3\xa9.example",
        "\xff",
        "a\xe3\x80\x82\xe3\x80\x82b",
    ],
)
@pytest.mark.parametrize(("path", "status"), [("/0.1/status", 200), ("/0.1/nowhere", 404)])
def test_the_name_of_the_host_does_not_matter(shared_daemon, host, path, status):
    response = shared_daemon.request("GET", path, environ_overrides={"HTTP_HOST": host})
    assert response.status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_wrong_method_is_a_405_with_a_message(shared_daemon, method):
    response = shared_daemon.request(method, f"/0.1{LOOKUP}")
    assert response.status_code == 405
    assert list(response.json) == ["message"]


def test_head_works_where_get_does(shared_daemon):
    response = shared_daemon.request("HEAD", f"/0.1{LOOKUP}?term=a")
    assert response.status_code == 200
    assert response.data == b""


def test_cross_site_requests_are_allowed_and_a_preflight_needs_no_token(shared_daemon):
    origin = {"Origin": "https://phone.example"}
    response = shared_daemon.get(LOOKUP, headers=origin, term="a")
    assert response.headers["Access-Control-Allow-Origin"] in {"*", "https://phone.example"}
    assert shared_daemon.get(LOOKUP, term="a").headers["Access-Control-Allow-Origin"] == "*"
    preflight_headers = {
        **origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "X-Auth-Token, Wazo-Tenant, Content-Type",
    }
    preflight = shared_daemon.request("OPTIONS", f"/0.1{LOOKUP}", token=None, headers=preflight_headers)
    assert preflight.status_code == 200
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("x-auth-token", "wazo-tenant", "content-type"))


@pytest.mark.parametrize("protocol", ["websocket", "h2c", "TLS/1.0, HTTP/1.1"])
def test_a_request_to_switch_protocols_is_answered_in_http(shared_daemon, protocol):
    headers = {"Upgrade": protocol, "Connection": "Upgrade"}
    assert shared_daemon.get(LOOKUP, headers=headers, term="ada").status_code == 200
