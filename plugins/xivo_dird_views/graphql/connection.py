"""A list in pages, as clients of Relay read it: edges with cursors."""

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping, Sequence

from xivo_dird.exceptions import InvalidData

PREFIX = "arrayconnection:"
_CURSOR = re.compile(rf"{PREFIX}(\d{{1,9}})", re.ASCII)


def connection(
    nodes: Sequence[object],
    *,
    first: int | None = None,
    last: int | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Mapping[str, object]:
    """Return the part of a list that a client asks for.

    Args:
        nodes: The whole list.
        first: Maximum number of edges, from the start.
        last: Maximum number of edges, from the end of those that `first` leaves.
        before: The cursor of the edge behind the part.
        after: The cursor of the edge in front of the part.

    Raises:
        InvalidData: A number is negative, or a text is no cursor.
    """
    lower = 0 if after is None else min(_index("after", after) + 1, len(nodes))
    upper = len(nodes) if before is None else min(_index("before", before), len(nodes))
    upper = max(lower, upper)
    end = upper if first is None else min(upper, lower + _count("first", first))
    start = lower if last is None else max(lower, end - _count("last", last))
    edges = [{"node": nodes[index], "cursor": cursor(index)} for index in range(start, end)]
    page_info = {
        "startCursor": cursor(start) if edges else None,
        "endCursor": cursor(end - 1) if edges else None,
        "hasPreviousPage": last is not None and start > lower,
        "hasNextPage": first is not None and end < upper,
    }
    return {"edges": edges, "pageInfo": page_info}


def cursor(index: int) -> str:
    """Return the cursor of the edge at a position."""
    return b64encode(f"{PREFIX}{index}".encode()).decode()


def _index(name: str, text: str) -> int:
    """Return the position of a cursor."""
    try:
        match = _CURSOR.fullmatch(b64decode(text, validate=True).decode())
    except (Error, ValueError):
        match = None
    if match is None:
        raise InvalidData(f"{name}: it is no cursor of this list", {name: ["Not a cursor."]})
    return int(match[1])


def _count(name: str, value: int) -> int:
    if value < 0:
        constraint = {"constraint_id": "range", "constraint": {"min": 0}, "message": "It must be 0 or more."}
        raise InvalidData(f"{name}: it must be 0 or more", {name: [constraint]})
    return value
