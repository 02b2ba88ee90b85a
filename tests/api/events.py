"""Requests for events."""


def feed(daemon, after=0, token="admin", headers=None, **query):
    response = daemon.get("/events", token=token, headers=headers, after=after, **query)
    assert response.status_code == 200, response.text
    return response.json


def cursor(daemon):
    return feed(daemon, "now", limit=1)["next"]


def events_of(daemon, action, **arguments):
    """Run `action`, and return name and data of every event that it records."""
    before = cursor(daemon)
    action()
    return [(event["name"], event["data"]) for event in feed(daemon, before, **arguments)["items"]]
