"""Rules of all routes: tokens, methods, cross-site requests, unknown URLs (contract section 1)."""

import re

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

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


def description(daemon, **headers):
    response = daemon.get("/api/api.yml", token=None, headers=headers)
    assert response.status_code == 200
    assert response.content_type.startswith("application/x-yaml")
    return yaml.safe_load(response.text)


def test_the_description_is_public_and_valid(daemon):
    described = description(daemon)
    OpenAPIV31SpecValidator(described).validate()
    assert described["servers"] == [{"url": "/0.1"}]


def test_every_method_of_every_route_is_described(daemon):
    paths = description(daemon)["paths"]
    for rule in daemon.controller.application.app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule.rule).removeprefix("/0.1")
        methods = {method.lower() for method in rule.methods - {"HEAD", "OPTIONS"}}
        assert methods == set(paths.get(path, {})), path
    assert len(paths) == len({rule.rule for rule in daemon.controller.application.app.url_map.iter_rules()})


@pytest.mark.parametrize(
    "path",
    ["/displays", "/profiles", *(f"/backends/{backend}/sources" for backend in ("csv", "ldap", "wazo"))],
)
def test_bodies_and_answers_of_stored_resources_are_described(daemon, path):
    paths = description(daemon)["paths"]
    listed = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(listed["properties"]) == {"total", "filtered", "items"}
    for method, url in (("post", path), ("put", f"{path}/{{uuid}}")):
        assert paths[url][method]["requestBody"]["content"]["application/json"]["schema"]
    created = paths[path]["post"]["responses"]
    assert created["200" if "backends" in path else "201"]["content"]["application/json"]["schema"]
    assert {"400", "401", "409", "503"} <= set(created)


@pytest.mark.parametrize(
    ("script_name", "server"),
    [
        ("/api/dird", "/api/dird/0.1"),
        ("/api/dird/", "/api/dird/0.1"),
        ('"><script>', "/0.1"),
        ("//evil.example", "/0.1"),
    ],
)
def test_behind_a_proxy_the_description_has_its_prefix(shared_daemon, script_name, server):
    assert description(shared_daemon, **{"X-Script-Name": script_name})["servers"] == [{"url": server}]
