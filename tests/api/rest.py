"""Requests for stored resources, and checks of modern errors."""

import uuid

UNKNOWN = str(uuid.UUID(int=7))


def create(daemon, path, body, **arguments):
    """Create a resource, and return it as the daemon answers it."""
    response = daemon.request("POST", f"/0.1{path}", json=body, **arguments)
    assert response.status_code in {200, 201}, response.text
    return response.json


def names(response):
    """Return the names of the items of a list."""
    assert response.status_code == 200, response.text
    return [item["name"] for item in response.json["items"]]


def check_error(response, status, error_id, resource=None):
    """Check the modern shape of an error, and return its details."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/json"
    expected = {"message", "error_id", "details", "timestamp"}
    assert set(response.json) == (expected | {"resource"} if resource else expected)
    assert response.json["error_id"] == error_id
    assert response.json.get("resource") == resource
    assert isinstance(response.json["timestamp"], float)
    return response.json["details"]


def error_at(details, *path):
    """Return the error or errors at `path` in the details, without their free texts."""
    for part in path:
        details = details[part]
    if isinstance(details, list):
        return [without_message(each) if isinstance(each, dict) else str for each in details]
    return without_message(details)


def without_message(error):
    assert isinstance(error["message"], str)
    return {key: value for key, value in error.items() if key != "message"}


REQUIRED = {"constraint_id": "required", "constraint": "required"}
NOT_NULL = {"constraint_id": "not_null", "constraint": "not_null"}


def of_type(name):
    return {"constraint_id": "type", "constraint": name}


def length(minimum, maximum):
    return [{"constraint_id": "length", "constraint": {"min": minimum, "max": maximum}}]
