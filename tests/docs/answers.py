"""What a daemon of a test answers."""

from typing import Any

from servers.daemon import DaemonProcess


def rows(daemon: DaemonProcess, term: str) -> list[list[Any]]:
    """Return the rows that a lookup in the profile `default` finds."""
    _, body = daemon.get("/directories/lookup/default", term=term)
    return [result["column_values"] for result in body["results"]]


def caller_name(daemon: DaemonProcess, exten: str, user: str = "user") -> str | None:
    """Return the name that a phone shows for a number."""
    _, body = daemon.get(f"/directories/reverse/default/{user}", exten=exten)
    name: str | None = body["display"]
    return name
