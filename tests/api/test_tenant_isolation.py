"""Every route, requested by another tenant and by another user: nothing is shown, nothing is changed."""

import pytest
import yaml

from api.samples import MARK, create_samples, path_value

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
    described = yaml.safe_load(daemon.get("/api/openapi.yml", token=None).text)
    return [(path, method) for path, methods in described["paths"].items() for method in methods]


def fill_path(samples, path):
    """Replace the parameters of a path by the ids and names of samples."""
    parts = []
    for part in path.split("/"):
        value = path_value(samples, path, part.strip("{}")) if part.startswith("{") else part
        parts.append("unknown" if value is None else value)
    return "/".join(parts)


def body_for(samples, path):
    if path.startswith("/backends/phonebook"):
        return {"phonebook_uuid": samples["phonebook_uuid"]}
    if "/contacts" in path:
        return CONTACT
    return next((body for start, body in BODIES.items() if path.startswith(start)), {})


def all_resources(daemon):
    """Return everything that the administrator owns."""
    paths = ["/displays", "/profiles", "/sources", "/phonebooks", "/personal"]
    listed = [daemon.get(path).json["items"] for path in paths]
    marked_book = next(book for book in listed[3] if MARK in book["name"])
    contacts = daemon.get(f"/phonebooks/{marked_book['uuid']}/contacts").json["items"]
    favorites = daemon.get("/directories/favorites/default").json["results"]
    return listed, contacts, favorites


@pytest.mark.parametrize("token", ["other-tenant-user", "no-rights"])
def test_another_tenant_sees_and_changes_nothing(daemon, token):
    samples = create_samples(daemon)
    before = all_resources(daemon)
    count = 0
    for path, method in routes(daemon):
        response = daemon.request(
            method.upper(),
            f"/0.1{fill_path(samples, path)}",
            token=token,
            query_string=SEARCHES,
            json=body_for(samples, path),
        )
        answer = f"{method} {path}: {response.status_code} {response.text}"
        assert response.status_code < 500, answer
        assert f"{MARK} " not in response.text.replace(f"{MARK} profile", ""), answer
        if "{" in path and path not in SHOWN_BY_PATH:
            assert response.status_code in {400, 401, 404, 405}, answer
        count += 1
    assert count > 60
    assert all_resources(daemon) == before


def test_another_user_sees_and_changes_no_personal_contact_or_favorite(daemon):
    samples = create_samples(daemon)
    before = all_resources(daemon)
    personal = [
        (path, method) for path, method in routes(daemon) if path.startswith(("/personal", "/directories"))
    ]
    for path, method in personal:
        response = daemon.request(
            method.upper(),
            f"/0.1{fill_path(samples, path)}",
            token="second",
            query_string=SEARCHES,
            json=body_for(samples, path),
        )
        assert response.status_code < 500
        assert f"{MARK} personal" not in response.text, f"{method} {path}: {response.text}"
    assert all_resources(daemon) == before
