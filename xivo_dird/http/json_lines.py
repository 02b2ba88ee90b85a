"""Answers in lines of JSON (NDJSON), each sent as soon as it is known."""

from collections.abc import Generator, Iterable, Iterator

from flask import Response, request

from xivo_dird.http.json_response import encoded

NDJSON = "application/x-ndjson"


def wants_json_lines() -> bool:
    """Tell whether the client of the present request prefers lines to one JSON body."""
    if NDJSON not in request.headers.get("Accept", ""):
        return False
    return request.accept_mimetypes.best_match(["application/json", NDJSON]) == NDJSON


def json_lines_response(lines: Generator[object | None]) -> Response:
    """Answer each of `lines` as it comes; None says that there is none yet, so that the server can look around.

    `lines` is closed when the answer ends, also when the client goes away before.
    """
    response = Response(_encoded(lines), mimetype=NDJSON)
    response.call_on_close(lines.close)
    response.headers["Vary"] = "Accept"
    response.headers["X-Accel-Buffering"] = "no"  # a reverse proxy that collects the lines makes them late
    return response


def _encoded(lines: Iterable[object | None]) -> Iterator[bytes]:
    return (b"" if line is None else encoded(line) + b"\n" for line in lines)
