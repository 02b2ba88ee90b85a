"""Flask adapted to this daemon: a `%2F` is a slash inside a path segment, and no function is a coroutine.

WSGI servers either decode a `%2F`, which splits the segment, or leave it, so that it looks like `%252F`.
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import UnicodeConverter

from xivo_dird.http.path_arguments import ID
from xivo_dird.http.public_url import HOST

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])

_SLASH_MARKER = "\ufdd0"  # a noncharacter: Unicode reserves it for internal use, no text contains it
_SLASH_MARKER_BYTES = _SLASH_MARKER.encode()
_ENCODED_SLASH = re.compile(b"%2f", re.IGNORECASE)
_AUTHORITY = re.compile(rb"^[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)


class FlaskApplication(Flask):
    """Flask whose path arguments contain a slash for each `%2F`, for the ACL and the view alike.

    An id has the converter `id` in its rule (`path_arguments`), which accepts any segment: a malformed id is unknown.
    Requires the `REQUEST_URI` that cheroot and most other servers set; without it the path is unchanged.
    """

    def __init__(self, name: str) -> None:
        """Create an application without static files."""
        super().__init__(name, static_folder=None)
        self.url_map.converters[ID] = UnicodeConverter

    def ensure_sync(self, func: FunctionT) -> FunctionT:
        """Return the function unchanged: no view is a coroutine, and checking five per request takes time."""
        return func

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request; markers replace encoded slashes while its path is split.

        A request to switch to another protocol is ignored (RFC 9110 section 7.8). Flask does not see the name by which
        the client calls this host, since it fails for one that is no domain name; `public_url` checks and uses it.
        """
        environ.pop("HTTP_UPGRADE", None)
        if "HTTP_HOST" in environ:
            environ[HOST] = environ.pop("HTTP_HOST")
        raw_path = _AUTHORITY.sub(b"", environ.get("REQUEST_URI", "").encode("latin-1")).partition(b"?")[0]
        parts = _ENCODED_SLASH.split(raw_path)
        if len(parts) > 1:
            path = _SLASH_MARKER_BYTES.join(map(unquote_to_bytes, parts)).decode("latin-1")
            environ["PATH_INFO"] = path.removeprefix(environ.get("SCRIPT_NAME", ""))
        return super().wsgi_app(environ, start_response)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Replace the markers in the path arguments with slashes."""
        values = request.view_args or {}
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = value.replace(_SLASH_MARKER, "/")
        return super().preprocess_request()
