"""Requests for personal contacts."""

from api.legacy import reasons


def personal(daemon, method="GET", path="", **arguments):
    return daemon.request(method, f"/0.1/personal{path}", **arguments)


def create(daemon, body, **arguments):
    response = personal(daemon, "POST", json=body, **arguments)
    assert response.status_code == 201, response.text
    assert response.content_type == "application/json"
    return response.json


def listed(daemon, query="", **arguments):
    response = personal(daemon, path=f"?{query}", **arguments)
    assert response.status_code == 200, response.text
    assert list(response.json) == ["items"]
    return response.json["items"]


def by_id(contacts):
    return {contact["id"]: contact for contact in contacts}


def assert_refused(response, status, *texts):
    """Check shape L1 with one reason that contains all `texts`."""
    (reason,) = reasons(response, status)
    assert all(text in reason for text in texts), reason
