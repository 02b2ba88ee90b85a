"""Requests for favorites and lookups."""

LOOKUP = "/directories/lookup/default"
LISTING = "/directories/favorites/default"
FAVORITE = 2
"""Index of the favorite column in the display."""


def favorite(daemon, method, path, **arguments):
    return daemon.request(method, f"/0.1/directories/favorites/{path}", **arguments)


def results(daemon, path, **arguments):
    response = daemon.get(path, **arguments)
    assert response.status_code == 200, response.text
    return [
        (result["source"], result["relations"]["source_entry_id"], result["column_values"])
        for result in response.json["results"]
    ]


def marked(daemon, path=LOOKUP, **arguments):
    """Return the ids of the entries that a lookup marks as favorites."""
    return {entry for _, entry, values in results(daemon, path, term="", **arguments) if values[FAVORITE]}


def favorites(daemon, path=LISTING, **arguments):
    return [(source, entry) for source, entry, _ in results(daemon, path, **arguments)]
