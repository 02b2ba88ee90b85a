"""Every route, requested by another tenant and by another user: nothing is shown, nothing is changed."""

import pytest

from api.samples import MARK, all_resources, body_for, create_samples, fill_path, routes

SEARCHES = {"term": MARK, "exten": MARK, "search": MARK, "recurse": "true"}
SHOWN_BY_PATH = ("/directories/lookup/{profile}/{user_uuid}", "/directories/reverse/{profile}/{user_uuid}")


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
        (path, method)
        for path, method in routes(daemon)
        if path.startswith(("/personal", "/directories", "/explanations"))
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
