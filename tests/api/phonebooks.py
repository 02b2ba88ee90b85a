"""What tests of phonebooks say again and again."""


def add(daemon, path, **fields):
    """Add a contact, and answer what the daemon says it is."""
    response = daemon.request("POST", path, json=fields)
    assert response.status_code == 201, response.text
    return response.json


def names(response):
    """List the names of the items of a list that counts only what was searched for."""
    assert response.status_code == 200, response.text
    assert set(response.json) == {"items", "total"}
    return [item["name"] for item in response.json["items"]]


def import_csv(daemon, path, text, content_type="text/csv; charset=utf-8"):
    """Import a file."""
    data = text if isinstance(text, bytes) else text.encode()
    return daemon.request("POST", f"{path}/import", data=data, headers={"Content-Type": content_type})


def listed(daemon, path):
    """List the contacts of a phonebook without their ids, in the order of storage or name."""
    response = daemon.request("GET", path)
    assert response.status_code == 200, response.text
    return [without_id(item) for item in response.json["items"]]


def without_id(contact):
    return {name: value for name, value in contact.items() if name != "id"}
