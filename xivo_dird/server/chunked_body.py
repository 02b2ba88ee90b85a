"""The body of a request sent in chunks: what is wrong with it is the client's error, a 400 or a 413."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

from cheroot.errors import MaxSizeExceeded
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class ChunkedBody(io.RawIOBase):
    """A readable stream over cheroot's, which raises all kinds of errors for malformed or too large bodies."""

    def __init__(self, stream: InputStream, limit: int) -> None:
        """Read from `stream` at most `limit` bytes (0: any number)."""
        self._stream = stream
        self._limit = limit
        self._taken = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read once; raise `BadRequest` or `RequestEntityTooLarge`."""
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
        self._taken += len(data)
        if self._limit and self._taken > self._limit:
            raise RequestEntityTooLarge
        view[: len(data)] = data
        return len(data)


class ChunkedBodies:
    """A WSGI application whose chunked requests have a `ChunkedBody`."""

    def __init__(self, application: WSGIApplication, limit: int) -> None:
        """Wrap `application`; a body has at most `limit` bytes (0: any number)."""
        self._application = application
        self._limit = limit

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand the request on."""
        if environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = ChunkedBody(environ["wsgi.input"], self._limit)
        return self._application(environ, start_response)
