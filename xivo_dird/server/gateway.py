"""The gateway between cheroot and the application, which yields whenever the response should be sent."""

import errno
import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from http import HTTPStatus
from io import BytesIO
from types import TracebackType
from typing import IO
from wsgiref.types import WSGIApplication

from cheroot.wsgi import Gateway_10

from xivo_dird.exceptions import RequestAbandoned
from xivo_dird.request_body import BODY_FILE, BODY_OWNER, BODY_PENDING
from xivo_dird.server.request import Request

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

logger = logging.getLogger(__name__)


class ClientGone(ConnectionAbortedError):
    """The client of a streamed response has disconnected."""


class Gateway(Gateway_10):
    """Runs the application for one request.

    Attributes:
        body_owner: Who sends the body, if the application wants it (see `request_body`); None for a final answer.
    """

    def __init__(self, request: Request, application: WSGIApplication, body: IO[bytes] | None) -> None:
        """Create a gateway.

        Args:
            request: The request.
            application: The application.
            body: The whole body; None: it has not arrived.
        """
        super().__init__(request)
        self._application = application
        self._parts: Iterable[bytes] = ()
        self.body_owner: str | None = None
        if (
            b"Host" not in request.inheaders
        ):  # HTTP/1.0: only the socket says where the client has sent this to
            address, port, *_ = request.connection.socket.getsockname()
            self.env["SERVER_NAME"], self.env["SERVER_PORT"] = address, str(port)
        if body is None:
            self.env["wsgi.input"] = BytesIO()
            self.env[BODY_PENDING] = True
        else:
            self.env["wsgi.input"] = self.env[BODY_FILE] = body

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: _ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        """Begin the response, unless it only says that the application wants the body."""
        if status.startswith(str(HTTPStatus.CONTINUE.value)):
            self.body_owner = str(self.env.get(BODY_OWNER, ""))
        else:
            super().start_response(status, headers, exc_info)
        return self.write

    def call(self) -> None:
        """Run the application. An error of it is logged, and becomes a 500."""
        try:
            self._parts = self._application(self.env, self.start_response)
            if self.body_owner is not None:
                self._close_parts()
        except Exception:
            logger.exception("The application failed")
            self.req.fail()

    def steps(self) -> Generator[None]:
        """Write the response of the application, in steps.

        A streamed response (one without a Content-Length) is to be sent after each step. An empty part means that
        the application has no data yet; then the client must be still connected.

        Raises:
            ClientGone: The client has disconnected during a streamed response.
        """
        try:
            yield from self._write(self._parts)
            self.req.finish()
        except ClientGone:
            raise
        except RequestAbandoned as error:
            raise ClientGone(errno.ECONNABORTED, error.message) from error
        except Exception:
            logger.exception("The application failed")
            self.req.fail()
        finally:
            self._close_parts()

    def _close_parts(self) -> None:
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()

    def _write(self, parts: Iterable[bytes]) -> Iterator[None]:
        connection = self.req.connection
        for part in parts:
            if part:
                self.write(part)
            if self.remaining_bytes_out is None or connection.writer.is_full:
                if not part and connection.peer_closed():
                    raise ClientGone(errno.ECONNABORTED, "the client has gone")
                yield
