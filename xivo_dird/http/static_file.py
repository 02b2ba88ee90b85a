"""Files of a web page: small, in memory, compressed once, and checked by browsers before each use."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cached_property

from flask import Response, request

GZIP = "gzip"


class StaticFile:
    """A file that does not change while the daemon runs."""

    def __init__(self, content: bytes, content_type: str, headers: Mapping[str, str]) -> None:
        """Initialize with the content, its type, and the headers that are sent with it."""
        self._content = content
        self._content_type = content_type
        self._headers = headers

    @cached_property
    def _compressed(self) -> bytes:
        return gzip.compress(self._content, mtime=0)

    @cached_property
    def _etag(self) -> str:
        return hashlib.sha256(self._content).hexdigest()[:32]

    def response(self) -> Response:
        """Return the response to the current request: the file, or a 304 if the client has it already."""
        is_compressed = request.accept_encodings.quality(GZIP) > 0
        content = self._compressed if is_compressed else self._content
        response = Response(content, headers=self._headers, content_type=self._content_type)
        if is_compressed:
            response.content_encoding = GZIP
        response.headers["Vary"] = "Accept-Encoding"
        response.cache_control.no_cache = (
            True  # ask before each use: after an upgrade, no page is half an old one
        )
        response.set_etag(f"{self._etag}-{GZIP}" if is_compressed else self._etag)
        response.make_conditional(request)
        response.headers.remove("Date")  # the server adds it
        return response
