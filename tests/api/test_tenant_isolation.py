"""Every route, tried with the ids of another tenant and of another user: nothing is shown, nothing is changed."""

import pytest
import yaml

from api.planted import MARK, plant, value_for

BODIES = {
    "/displays": {"name": "taken", "columns": [{"field": "name"}]},
    "/profiles": {"name": "taken", "services": {}},
    "/personal": {"firstname": "taken"},
    "/phonebooks": {"name": "taken"},
    "/tenants": {"name": "taken"},
    "/backends/personal": {"name": "taken"},
}
CONTACT = {"name": "taken"}
SEARCHES = {"term": MARK, "exten": MARK, "search": MARK, "recurse": "true"}
SHOWN_BY_PATH = ("/directories/lookup/{profile}/{user_uuid}", "/directories/reverse/{profile}/{user_uuid}")


def routes(daemon):
    described = yaml.safe_load(daemon.get("/api/api.yml", token=None).text)
    return [(path, method) for path, methods in described["paths"].items() for method in methods]


def filled(planted, path):
    """Put what was planted into a path."""
    parts = []
    for part in path.split("/"):
        value = value_for(planted, path, part.strip("{}")) if part.startswith("{") else part
        parts.append("somebody" if value is None else value)
    return "/".join(parts)


def body_for(planted, path):
    if path.startswith("/backends/phonebook"):
        return {"phonebook_uuid": planted["phonebook_uuid"]}
    if "/contacts" in path:
        return CONTACT
    return next((body for start, body in BODIES.items() if path.startswith(start)), {})


def everything(daemon):
    """List what the administrator owns."""
    paths = ["/displays", "/profiles", "/sources", "/phonebooks", "/personal"]
    listed = [daemon.get(path).json["items"] for path in paths]
    planted = next(book for book in listed[3] if MARK in book["name"])
    contacts = daemon.get(f"/phonebooks/{planted['uuid']}/contacts").json["items"]
    favorites = daemon.get("/directories/favorites/default").json["results"]
    return listed, contacts, favorites


@pytest.mark.parametrize("token", ["foreigner", "empty-handed"])
def test_another_tenant_sees_and_changes_nothing(daemon, token):
    planted = plant(daemon)
    before = everything(daemon)
    tried = 0
    for path, method in routes(daemon):
        response = daemon.request(
            method.upper(),
            f"/0.1{filled(planted, path)}",
            token=token,
            query_string=SEARCHES,
            json=body_for(planted, path),
        )
        told = f"{method} {path}: {response.status_code} {response.text}"
        assert response.status_code < 500, told
        assert f"{MARK} " not in response.text.replace(f"{MARK} profile", ""), told
        if "{" in path and path not in SHOWN_BY_PATH:
            assert response.status_code in {400, 401, 404, 405}, told
        tried += 1
    assert tried > 60
    assert everything(daemon) == before


def test_another_user_of_the_tenant_sees_and_changes_no_personal_contact_and_no_favorite(daemon):
    planted = plant(daemon)
    before = everything(daemon)
    personal = [
        (path, method) for path, method in routes(daemon) if path.startswith(("/personal", "/directories"))
    ]
    for path, method in personal:
        response = daemon.request(
            method.upper(),
            f"/0.1{filled(planted, path)}",
            token="second",
            query_string=SEARCHES,
            json=body_for(planted, path),
        )
        assert response.status_code < 500
        assert f"{MARK} personal" not in response.text, f"{method} {path}: {response.text}"
    assert everything(daemon) == before
