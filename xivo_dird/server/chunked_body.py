"""Chunked request bodies: malformed and too large ones are errors of the client, 400 and 413."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

from cheroot.errors import MaxSizeExceeded
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class ChunkedBody(io.RawIOBase):
    """A stream that translates the many errors of cheroot's stream for malformed and too large bodies."""

    def __init__(self, stream: InputStream, max_bytes: int) -> None:
        """Create a stream.

        Args:
            stream: cheroot's stream.
            max_bytes: Size of the largest accepted body; 0: no limit.
        """
        self._stream = stream
        self._max_bytes = max_bytes
        self._bytes_read = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read once into `buffer`.

        Returns:
            The number of bytes read; 0 at the end of the body.

        Raises:
            BadRequest: The body is malformed, or it did not arrive in time.
            RequestEntityTooLarge: The body is larger than the limit.
        """
        view = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(len(view))
        except MaxSizeExceeded as error:
            raise RequestEntityTooLarge from error
        except TimeoutError as error:
            raise BadRequest("The body did not come in time.") from error
        except (OSError, ValueError) as error:
            if "Too Large" in str(error):
                raise RequestEntityTooLarge from error
            raise BadRequest("The chunks of the body are malformed.") from error
        self._bytes_read += len(data)
        if self._max_bytes and self._bytes_read > self._max_bytes:
            raise RequestEntityTooLarge
        view[: len(data)] = data
        return len(data)


class ChunkedBodies:
    """WSGI middleware that replaces the body of chunked requests by a `ChunkedBody`."""

    def __init__(self, application: WSGIApplication, max_bytes: int) -> None:
        """Wrap `application`; a body has at most `max_bytes` bytes (0: no limit)."""
        self._application = application
        self._max_bytes = max_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on to the application."""
        if environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = ChunkedBody(environ["wsgi.input"], self._max_bytes)
        return self._application(environ, start_response)
