"""Requests for phonebooks and their contacts."""


def add_contact(daemon, path, **fields):
    """Add a contact, and return it as the daemon answers it."""
    response = daemon.request("POST", path, json=fields)
    assert response.status_code == 201, response.text
    return response.json


def names(response):
    """Return the names in a list that counts only the items found."""
    assert response.status_code == 200, response.text
    assert set(response.json) == {"items", "total"}
    return [item["name"] for item in response.json["items"]]


def import_csv(daemon, path, text, content_type="text/csv; charset=utf-8"):
    """Import a CSV file, and return the response."""
    data = text if isinstance(text, bytes) else text.encode()
    return daemon.request("POST", f"{path}/import", data=data, headers={"Content-Type": content_type})


def listed(daemon, path):
    """Return the contacts of a phonebook without their ids, in the order of the answer."""
    response = daemon.request("GET", path)
    assert response.status_code == 200, response.text
    return [without_id(item) for item in response.json["items"]]


def without_id(contact):
    return {name: value for name, value in contact.items() if name != "id"}
