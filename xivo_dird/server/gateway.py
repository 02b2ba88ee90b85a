"""The gateway between cheroot and the application, which sends streamed responses part by part."""

import errno
from collections.abc import Iterable
from wsgiref.types import WSGIApplication

from cheroot.server import HTTPRequest
from cheroot.wsgi import Gateway_10

from xivo_dird.server.connection import Request


class Gateway(Gateway_10):
    """Sends each part of a streamed response (one without a Content-Length) as soon as it is yielded.

    An empty part means that the application has no data yet. Then the gateway checks whether the client is
    still connected; if not, it closes the response, which stops the work behind it.
    """

    def __init__(self, req: HTTPRequest, application: WSGIApplication) -> None:
        """Create a gateway that passes `req` to `application`."""
        super().__init__(req)
        self._application = application

    def respond(self) -> None:
        """Run the application and send its response.

        Raises:
            ConnectionError: The client has disconnected during a streamed response.
        """
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
                if not part and self.req.connection.peer_closed():
                    raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
