"""Flask as this daemon needs it: a `%2F` is a slash inside its segment, and no function is a coroutine.

WSGI servers either decode a `%2F`, so that it splits the segment, or leave it alone, so that it looks like `%252F`.
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, request
from flask.typing import ResponseReturnValue

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])

_MARK = "\ufdd0"  # a noncharacter: Unicode keeps it for uses like this, no text has it
_MARK_BYTES = _MARK.encode()
_QUOTED_SLASH = re.compile(b"%2f", re.IGNORECASE)
_AUTHORITY = re.compile(rb"^[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)


class FlaskApplication(Flask):
    """Flask whose path values hold a slash for each `%2F`, for the ACL and the view alike.

    Needs the `REQUEST_URI` that cheroot and most other servers tell; without it the path stays as it is.
    """

    def ensure_sync(self, func: FunctionT) -> FunctionT:
        """Return the function as it is: none of ours is a coroutine, and to look at five per request takes time."""
        return func

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request: its path is split while marks stand for the slashes."""
        sent = _AUTHORITY.sub(b"", environ.get("REQUEST_URI", "").encode("latin-1")).partition(b"?")[0]
        pieces = _QUOTED_SLASH.split(sent)
        if len(pieces) > 1:
            path = _MARK_BYTES.join(map(unquote_to_bytes, pieces)).decode("latin-1")
            environ["PATH_INFO"] = path.removeprefix(environ.get("SCRIPT_NAME", ""))
        return super().wsgi_app(environ, start_response)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Make slashes of the marks."""
        values = request.view_args or {}
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = value.replace(_MARK, "/")
        return super().preprocess_request()
