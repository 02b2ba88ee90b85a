"""The legacy shapes of errors (contract section 1.4)."""


def reasons(response, status):
    """Check shape L1, that of errors raised by the endpoint, and return the reasons."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/json"
    assert set(response.json) == {"reason", "timestamp", "status_code"}
    assert response.json["status_code"] == status
    (timestamp,) = response.json["timestamp"]
    assert isinstance(timestamp, float)
    assert response.json["reason"]
    return response.json["reason"]


def common_reasons(response, status):
    """Check shape L2, that of errors raised by the common layer, and return the reasons."""
    assert response.status_code == status, response.text
    assert set(response.json) == {"reason", "timestamp", "status_code"}
    assert response.json["status_code"] == status
    assert isinstance(response.json["timestamp"], float)
    return response.json["reason"]
