"""Types that a method may return besides plain data, and their conversion to Flask responses."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import ClassVar, Generic, TypeVar

from flask import Response
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.http.json_response import encode_json, json_response

JSON = "application/json"
NDJSON = "application/x-ndjson"
TEXT = "text/plain"

ItemT = TypeVar("ItemT")
ModelT = TypeVar("ModelT")


class TextResponse:
    """A response body that is not JSON; a subclass sets its `content_type`."""

    content_type: ClassVar[str] = f"{TEXT}; charset=utf-8"

    def __init__(self, content: str | bytes) -> None:
        """Create a response with this body."""
        self.content = content


class NdjsonResponse(Generic[ItemT]):
    """A streamed response: one JSON document per line (NDJSON), each sent as soon as it is available."""

    def __init__(self, items: Generator[ItemT | None]) -> None:
        """Create a response that streams `items`.

        Args:
            items: Yields one item per line, or None while the next one is not available, so that the server can
                check that the client is still connected. It is closed at the end of the response, also when the
                client disconnects early.
        """
        self.items = items


class JsonResponse(Generic[ModelT]):
    """A JSON body, as `ModelT` describes it, with a status or headers that only the method knows."""

    def __init__(self, content: object, status: int, headers: Mapping[str, str] | None = None) -> None:
        """Create a response with this body and status, and these additional headers."""
        self.content = content
        self.status = status
        self.headers = headers or {}


class EmptyResponse:
    """A 204 with headers."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Create a response with these additional headers."""
        self.headers = headers


class ImportResponse(Generic[ModelT]):
    """The response to an import, sent in chunks: `{"created": [...], "failed": ...}`, as `ModelT` describes."""

    def __init__(self, created: CreatedContacts, failed: object) -> None:
        """Create a response with both lists; `created` is closed at the end of the response."""
        self.created = created
        self.failed = failed


def prefers_ndjson(accept: str) -> bool:
    """Return whether a client with this `Accept` header prefers NDJSON to a single JSON body."""
    if NDJSON not in accept:
        return False
    return parse_accept_header(accept, MIMEAccept).best_match([JSON, NDJSON]) == NDJSON


def prefers_text(accept: str) -> bool:
    """Return whether a client with this `Accept` header prefers plain text to JSON (RFC 9110 section 12.5.1)."""
    if "text/" not in accept.lower():
        return False
    ranges = parse_accept_header(accept, MIMEAccept)
    accepted = MIMEAccept([(media_range.partition(";")[0], quality) for media_range, quality in ranges])
    return accepted.quality(TEXT) > accepted.quality(JSON)


def make_response(result: object, status: int) -> Response:
    """Return the Flask response for the value that a method returned; None becomes an empty 204."""
    if result is None or isinstance(result, EmptyResponse):
        headers = None if result is None else result.headers
        return Response(b"", 204, headers, mimetype=JSON)  # JSON even without a body (contract section 1.1)
    if isinstance(result, TextResponse):
        return Response(result.content, status, content_type=result.content_type)
    if isinstance(result, JsonResponse):
        response = json_response(result.content, result.status)
        response.headers.update(result.headers)
        return response
    if isinstance(result, NdjsonResponse):
        return _ndjson_response(result.items)
    if isinstance(result, ImportResponse):
        return _import_response(result, status)
    return json_response(result, status)


def _ndjson_response(items: Generator[object | None]) -> Response:
    response = Response(_encode_lines(items), mimetype=NDJSON)
    response.call_on_close(items.close)
    response.headers["Vary"] = "Accept"
    response.headers["X-Accel-Buffering"] = "no"  # a reverse proxy that buffers would delay the lines
    return response


def _encode_lines(items: Iterable[object | None]) -> Iterator[bytes]:
    return (b"" if item is None else encode_json(item) + b"\n" for item in items)


def _import_response(result: ImportResponse[object], status: int) -> Response:
    response = Response(_import_chunks(result), status, mimetype=JSON)
    response.call_on_close(result.created.close)
    return response


def _import_chunks(result: ImportResponse[object]) -> Iterator[bytes]:
    with result.created:
        yield b'{"created":'
        yield from result.created.json()
        yield b',"failed":' + encode_json(result.failed) + b"}"
