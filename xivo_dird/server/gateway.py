"""Between cheroot and the application: what the application yields bit by bit leaves bit by bit."""

import errno
from collections.abc import Iterable
from wsgiref.types import WSGIApplication

from cheroot.server import HTTPRequest
from cheroot.wsgi import Gateway_10

from xivo_dird.server.connection import Request


class Gateway(Gateway_10):
    """Sends a streamed answer, one without a Content-Length, as its parts come.

    An empty part says that there is none yet. That is when it is seen whether the client still waits: if not, the
    answer is closed, which ends the work behind it.
    """

    def __init__(self, req: HTTPRequest, application: WSGIApplication) -> None:
        """Have `application` answer `req`."""
        super().__init__(req)
        self._application = application

    def respond(self) -> None:
        """Answer the request. Raises `ConnectionError` when the client has gone in the middle of a streamed answer."""
        response = self._application(self.env, self.start_response)
        try:
            self._send(response)
            self.req.ensure_headers_sent()
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()

    def _send(self, parts: Iterable[bytes]) -> None:
        for part in parts:
            if part:
                self.write(part)
            if self.remaining_bytes_out is None and isinstance(self.req, Request):
                self.req.connection.writer.flush()
                if not part and self.req.connection.is_deserted():
                    raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
