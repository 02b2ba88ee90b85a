"""A client's connection and its requests. No thread ever waits for the client: the connection waits in the selector.

A connection goes through phases: a head arrives, its body arrives, the response leaves. Each call of `communicate`
does what is possible at once. Only the application occupies a thread, and it is called when the body is complete.
"""

import errno
import select
import time
from collections.abc import Generator
from enum import Enum, auto
from io import BytesIO
from socket import SHUT_WR
from socket import socket as Socket  # noqa: N812

from cheroot.server import HTTPConnection, HTTPServer

from xivo_dird.server.body import Refusal, RequestBody
from xivo_dird.server.gateway import Gateway
from xivo_dird.server.request import CONTINUE, Request
from xivo_dird.server.request_reader import RequestReader
from xivo_dird.server.serving import Serving
from xivo_dird.server.turns import MAX_WAIT_SECONDS
from xivo_dird.tcp.channel import Channel, Writer

LINGER_SECONDS = 2.0
"""Seconds for which a client that still sends may read the response before the connection is closed."""

RECORDS_PER_ROUND = 4
"""Number of records of a body that are read before other clients are served."""


class Phase(Enum):
    """What a connection waits for."""

    HEAD = auto()
    BODY = auto()
    TURN = auto()
    RESPONSE = auto()
    LINGER = auto()


MAX_SECONDS = {Phase.TURN: MAX_WAIT_SECONDS, Phase.LINGER: LINGER_SECONDS}
"""Time limits of the phases in which the number of transferred bytes does not matter."""


class Connection(HTTPConnection):
    """A connection that never makes a thread wait for its client.

    Attributes:
        waiting_since: When the last request ended or the client connected, as `time.monotonic` counts.
    """

    def __init__(self, server: HTTPServer, sock: Socket, serving: Serving) -> None:
        """Create a connection of an accepted socket, without cheroot's slow file objects in pure Python."""
        self._serving = serving
        self._channel = Channel(sock, serving.timeout)
        self.writer = Writer(self._channel)
        self.reader = RequestReader(self._channel, server.max_request_header_size)
        self.waiting_since = time.monotonic()
        self._phase = Phase.HEAD
        self._has_head_begun = False
        self._request = Request(server, self)
        self._response = _no_steps()
        self._is_client_slow = False
        self._has_turn = False
        super().__init__(server, sock, lambda _, mode, __: self.reader if "r" in mode else self.writer)

    def communicate(self) -> bool:
        """Read and write what is possible without waiting for the client, and call the application in between.

        Returns:
            Whether to keep the connection open.

        Raises:
            OSError: The client has disconnected.
        """
        try:
            match self._phase:
                case Phase.HEAD:
                    return self._read_head()
                case Phase.BODY:
                    return self._read_body()
                case Phase.TURN:
                    return self._take_turn()
                case Phase.RESPONSE:
                    return self._write_response()
                case Phase.LINGER:
                    return self.reader.discard() and not self.is_timed_out()
        except Refusal as refusal:
            self._request.refuse(refusal)
            return self._respond(_no_steps())

    @property
    def awaited_event(self) -> int:
        """What to wait for until the next `communicate`: `EPOLLIN`, or `EPOLLOUT` if it is the client that waits."""
        if self._phase is Phase.HEAD and self.reader.has_head():
            return select.EPOLLOUT
        if self._phase is Phase.TURN:
            return 0  # only the end of the connection; `Serving.resume` ends the wait
        return self._channel.awaited if self._phase is Phase.RESPONSE else select.EPOLLIN

    @property
    def is_idle(self) -> bool:
        """Return whether no complete request has arrived."""
        return self._phase is Phase.HEAD and not self.reader.has_head()

    @property
    def unsent(self) -> int:
        """Return the number of bytes of the response that the client has not taken yet."""
        return self.writer.unsent

    def is_timed_out(self) -> bool:
        """Return whether the time limit of the current phase has passed."""
        return self._channel.is_timed_out()

    def peer_closed(self) -> bool:
        """Return whether the client has closed its sending side, which a client that waits keeps open."""
        return self._channel.peer_closed()

    def send_timeout(self) -> None:
        """Send a 408 if a request has begun to arrive, a 503 if it waits for its turn; close the connection then."""
        if self._phase is Phase.TURN:
            self._request.refuse(Refusal("503 Service Unavailable", "Too many changes wait for the store."))
        elif self._phase is Phase.BODY or (self._phase is Phase.HEAD and self._has_head_begun):
            Request(self.server, self).simple_response("408 Request Timeout")
        self.writer.flush()

    def close(self) -> None:
        """Close the connection, the response and the body, and give up the turn."""
        if self._phase is Phase.TURN and not self._serving.turns.give_up(self._resume):
            self._serving.turns.end()
        self._end_request()
        super().close()

    def _read_head(self) -> bool:
        if not self._has_head_begun:
            self._has_head_begun = True
            self._begin(Phase.HEAD)
        if not self.reader.receive_head():
            return self._wait_for_more()
        self._has_head_begun = False
        request = self._request = Request(self.server, self)
        request.parse_request()
        if not request.ready:
            return self._respond(_no_steps())
        request.create_body(self._serving.room)
        return self._call_application() if request.body is None else self._begin_body(request.body)

    def _begin_body(self, body: RequestBody) -> bool:
        """Use what has come with the head; receive the rest if the body is small or the application wants it."""
        self.reader.put_back(body.add(self.reader.take_all()))
        if body.is_complete:
            return self._call_application()
        if self._request.expects_continue or not body.is_small:
            return self._ask_for_body(body)
        self._begin(Phase.BODY)
        return True

    def _ask_for_body(self, body: RequestBody) -> bool:
        gateway = Gateway(self._request, self._serving.application, None)
        gateway.call()
        if gateway.body_owner is None:
            return self._respond(gateway.steps())
        body.owner = gateway.body_owner
        if self._request.expects_continue:
            self.writer.write(CONTINUE)
            self.writer.flush()
        self._begin(Phase.BODY)
        return True

    def _read_body(self) -> bool:
        body = self._request.body
        for _ in range(RECORDS_PER_ROUND):
            data = self.reader.receive()
            if data is None or body is None:
                break
            self.reader.put_back(body.add(data))
            if body.is_complete:
                return self._call_application()
        return self._wait_for_more()

    def _wait_for_more(self) -> bool:
        """Return whether the client still has time; the selector checks only clients that do nothing."""
        if self.is_timed_out():
            self.send_timeout()
            return False
        return True

    def _call_application(self) -> bool:
        """Call the application; a change first needs a turn."""
        if not self._request.is_change(self._serving.only_reads):
            return self._respond(self._called().steps())
        if not self._serving.turns.take(self._resume):
            self._begin(Phase.TURN)
            return True
        return self._change()

    def _take_turn(self) -> bool:
        """Call the application if the turn has come."""
        if not self._has_turn:
            raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
        self._has_turn = False
        return self._change()

    def _change(self) -> bool:
        """Call the application in this turn; the client may read the response later."""
        self._phase = Phase.RESPONSE
        try:
            gateway = self._called()
        finally:
            self._serving.turns.end()
        return self._respond(gateway.steps())

    def _resume(self) -> None:
        self._has_turn = True
        self._serving.resume(self)

    def _called(self) -> Gateway:
        body = self._request.body
        gateway = Gateway(self._request, self._serving.application, body.open() if body else BytesIO())
        gateway.call()
        return gateway

    def _respond(self, response: Generator[None]) -> bool:
        self._response = response
        self._phase = Phase.RESPONSE
        self._is_client_slow = False
        return self._write_response()

    def _write_response(self) -> bool:
        """Continue the response until it is complete, or until the client must read first."""
        for _ in self._response:
            if not self.writer.flush():
                return self._wait_for_reader()
        if not self.writer.flush():
            return self._wait_for_reader()
        self._end_request()
        if self._request.lacks_body() or self._request.chunked_read:
            return self._linger()
        self._begin(Phase.HEAD)
        self.waiting_since = time.monotonic()
        return not self._request.close_connection

    def _wait_for_reader(self) -> bool:
        """Return whether the client has time to read; the time for computing the response does not count."""
        if self._is_client_slow:
            return not self.is_timed_out()
        self._is_client_slow = True
        self._begin(Phase.RESPONSE)
        return True

    def _linger(self) -> bool:
        """Keep the connection open for a client that still sends, so that it can read the response.

        If the socket were closed with unread bytes, the kernel would reset the connection and drop the response.
        """
        self.socket.shutdown(SHUT_WR)
        self._begin(Phase.LINGER)
        return True

    def _begin(self, phase: Phase) -> None:
        self._phase = phase
        if phase in MAX_SECONDS:
            self._channel.limit_time(MAX_SECONDS[phase], MAX_SECONDS[phase])
        else:
            self._channel.limit_time(self._serving.timeout, self._serving.max_transfer_seconds)

    def _end_request(self) -> None:
        self._response.close()
        if self._request.body is not None:
            self._request.body.close()


def _no_steps() -> Generator[None]:
    """Return the steps of a response that is written already."""
    yield from ()
