"""A client of `/graphql`, and checks of its errors (contract section 2.15)."""

import base64

CONTACTS = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { %s } }"
FIELDS = "firstname lastname email wazoReverse wazoSourceEntryId wazoSourceName wazoBackend"
MANY = (
    "query ($extens: [String], $first: Int, $last: Int, $before: String, $after: String) {"
    ' me { contacts(profile: "default", extens: $extens, first: $first, last: $last, before: $before, after: $after)'
    " { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { firstname } } } } }"
)


def post(daemon, query, variables=None, token="admin", headers=None, **fields):
    """Send a query as JSON; return the response."""
    body = {"query": query, **({} if variables is None else {"variables": variables}), **fields}
    return daemon.request("POST", "/0.1/graphql", token, headers, json=body)


def data_of(daemon, query, variables=None, **arguments):
    """Return the data of a query without errors."""
    response = post(daemon, query, variables, **arguments)
    assert response.status_code == 200, response.text
    assert list(response.json) == ["data"], response.text
    return response.json["data"]


def field_errors(response):
    """Return the errors of fields, after a check of their shape, by path."""
    assert response.status_code == 200, response.text
    assert list(response.json) == ["data", "errors"]
    for error in response.json["errors"]:
        assert set(error) == {"message", "path", "locations", "extensions"}, error
        assert all(set(location) == {"line", "column"} for location in error["locations"])
        extensions = error["extensions"]
        assert {"error_id", "details", "timestamp"} <= set(extensions)
        assert isinstance(extensions["timestamp"], float)
        assert isinstance(extensions["details"], dict)
    return {tuple(error["path"]): error for error in response.json["errors"]}


def refusal(response):
    """Return the messages of a query that was not executed."""
    assert response.status_code == 400, response.text
    assert list(response.json) == ["errors"]
    return [error["message"] for error in response.json["errors"]]


def page(daemon, extens, **arguments):
    """Return the positions of the edges of a page, and its `pageInfo`, for numbers that nobody has."""
    found = data_of(daemon, MANY, {"extens": extens, **arguments})["me"]["contacts"]
    return [position(edge["cursor"]) for edge in found["edges"]], found["pageInfo"]


def position(cursor):
    """Return the position that a cursor means."""
    kind, _, index = base64.b64decode(cursor).decode().partition(":")
    assert kind == "arrayconnection"
    return int(index)


def cursor_of(text):
    return base64.b64encode(text.encode()).decode()
