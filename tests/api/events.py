"""Requests about events, and what they answer."""


def feed(daemon, after=0, token="admin", headers=None, **query):
    response = daemon.get("/events", token=token, headers=headers, after=after, **query)
    assert response.status_code == 200, response.text
    return response.json


def cursor(daemon):
    return feed(daemon, "now", limit=1)["next"]


def events_of(daemon, act, **arguments):
    """Do something, and answer the name and the data of every event that comes of it."""
    before = cursor(daemon)
    act()
    return [(event["name"], event["data"]) for event in feed(daemon, before, **arguments)["items"]]
