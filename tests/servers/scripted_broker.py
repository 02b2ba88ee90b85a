"""A message broker (AMQP 0-9-1) as threads: it records what clients ask, and answers as a test says.

It routes nothing. A test sends deliveries, confirms and errors itself.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from struct import pack, unpack

from amqp.basic_message import Message
from amqp.serialization import dumps, loads

from servers.amqp_methods import (
    BASIC_ACK,
    BASIC_CONSUME,
    BASIC_CONSUME_OK,
    BASIC_DELIVER,
    BASIC_NACK,
    BASIC_PUBLISH,
    BASIC_QOS,
    BASIC_QOS_OK,
    BASIC_REJECT,
    BASIC_RETURN,
    CHANNEL_CLOSE,
    CHANNEL_OPEN,
    CHANNEL_OPEN_OK,
    CONFIRM_SELECT,
    CONFIRM_SELECT_OK,
    CONNECTION_OPEN,
    CONNECTION_OPEN_OK,
    CONNECTION_START,
    CONNECTION_START_OK,
    CONNECTION_TUNE,
    CONNECTION_TUNE_OK,
    EXCHANGE_DECLARE,
    EXCHANGE_DECLARE_OK,
    QUEUE_BIND,
    QUEUE_BIND_OK,
    QUEUE_DECLARE,
    QUEUE_DECLARE_OK,
)
from waiting import TIMEOUT, wait_until

METHOD, HEADER, BODY, END = 1, 2, 3, b"\xce"

Method = tuple[int, int]

REQUESTS: dict[Method, str] = {
    CONNECTION_START_OK: "FsSs",
    CONNECTION_TUNE_OK: "BlB",
    CONNECTION_OPEN: "ss",
    CHANNEL_OPEN: "s",
    EXCHANGE_DECLARE: "BssbbbbbF",
    QUEUE_DECLARE: "BsbbbbbF",
    QUEUE_BIND: "BsssbF",
    BASIC_QOS: "lBb",
    BASIC_CONSUME: "BssbbbbF",
    BASIC_PUBLISH: "Bssbb",
    BASIC_ACK: "Lb",
    BASIC_REJECT: "Lb",
    CONFIRM_SELECT: "b",
}
"""The arguments of the methods that clients call."""

ANSWERS: dict[Method, tuple[Method, str, tuple[object, ...]]] = {
    CONNECTION_START_OK: (CONNECTION_TUNE, "BlB", (10, 131072, 0)),
    CONNECTION_OPEN: (CONNECTION_OPEN_OK, "s", ("",)),
    CHANNEL_OPEN: (CHANNEL_OPEN_OK, "S", ("",)),
    EXCHANGE_DECLARE: (EXCHANGE_DECLARE_OK, "", ()),
    QUEUE_DECLARE: (QUEUE_DECLARE_OK, "sll", ("queue", 0, 0)),
    QUEUE_BIND: (QUEUE_BIND_OK, "", ()),
    BASIC_QOS: (BASIC_QOS_OK, "", ()),
    BASIC_CONSUME: (BASIC_CONSUME_OK, "s", ("tag",)),
    CONFIRM_SELECT: (CONFIRM_SELECT_OK, "", ()),
}


@dataclass
class Published:
    """A message that a client published."""

    arguments: Sequence[object]
    properties: dict[str, object] = field(default_factory=dict)
    size: int = 0
    body: bytes = b""


class Session:
    """One connection of a client.

    Attributes:
        requests: The methods that the client called, with their arguments.
        published: The messages that it published.
        is_closed: Whether the client has closed the connection.
    """

    def __init__(self, connection: socket.socket, on_published: Callable[["Session", int], None]) -> None:
        self.requests: list[tuple[Method, list[object]]] = []
        self.published: list[Published] = []
        self.is_closed = False
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._on_published = on_published

    def calls(self, method: Method) -> list[list[object]]:
        """Return the arguments of all calls of a method."""
        return [arguments for called, arguments in self.requests if called == method]

    def send(self, method: Method, types: str = "", *arguments: object, channel: int = 1) -> None:
        """Call a method of the client."""
        self._send_frame(METHOD, channel, pack(">HH", *method) + dumps(types, arguments))

    def deliver(self, tag: int, body: bytes, channel: int = 1, **properties: object) -> None:
        """Deliver a message to the consumer."""
        self.send(BASIC_DELIVER, "sLbss", "tag", tag, False, "exchange", "key", channel=channel)
        encoded = Message("", **properties)._serialize_properties()
        self._send_frame(HEADER, channel, pack(">HHQ", 60, 0, len(body)) + encoded)
        if body:
            self._send_frame(BODY, channel, body)

    def confirm(self, tag: int, multiple: bool = False) -> None:
        """Confirm a message, or all up to it."""
        self.send(BASIC_ACK, "Lb", tag, multiple)

    def refuse(self, tag: int, multiple: bool = False) -> None:
        """Report that a message, or all up to it, could not be taken."""
        self.send(BASIC_NACK, "Lb", tag, multiple)

    def close_channel(self, code: int, reason: str, method: Method) -> None:
        """Close the channel because of a method."""
        self.send(CHANNEL_CLOSE, "BsBB", code, reason, *method)

    def give_back(self, channel: int = 1) -> None:
        """Return a message that was published, as unroutable."""
        self.send(BASIC_RETURN, "Bsss", 312, "NO_ROUTE", "exchange", "key", channel=channel)
        self._send_frame(HEADER, channel, pack(">HHQH", 60, 0, 0, 0))

    def drop(self) -> None:
        """Cut the connection."""
        with suppress(OSError):  # the client was faster
            self._connection.shutdown(socket.SHUT_RDWR)

    def serve(self) -> None:
        """Serve the client until the connection ends."""
        try:
            self._stream.read(8)
            self.send(CONNECTION_START, "ooFSS", 0, 9, {}, b"PLAIN AMQPLAIN", b"en_US", channel=0)
            while self._serve_frame():
                pass
        except OSError:
            pass
        finally:
            self.is_closed = True
            self._stream.close()
            self._connection.close()

    def _serve_frame(self) -> bool:
        start = self._stream.read(7)
        if len(start) < 7:
            return False
        kind, channel, size = unpack(">BHI", start)
        payload = self._stream.read(size)
        self._stream.read(1)
        if kind == METHOD:
            self._answer(channel, (unpack(">HH", payload[:4])), payload)
        elif kind in {HEADER, BODY}:
            self._add_content(kind, payload)
        return True

    def _answer(self, channel: int, method: Method, payload: bytes) -> None:
        arguments = loads(REQUESTS.get(method, ""), payload, 4)[0]
        if method == BASIC_PUBLISH:
            self.published.append(Published(arguments))
        self.requests.append((method, arguments))
        if method in ANSWERS:
            answer, types, values = ANSWERS[method]
            self.send(answer, types, *values, channel=channel)

    def _add_content(self, kind: int, payload: bytes) -> None:
        message = self.published[-1]
        if kind == HEADER:
            (message.size,) = unpack(">Q", payload[4:12])
            decoded = Message()
            decoded._load_properties(60, payload, 12)
            message.properties = decoded.properties
        else:
            message.body += payload
        if len(message.body) == message.size:
            self._on_published(self, len(self.published))

    def _send_frame(self, kind: int, channel: int, payload: bytes) -> None:
        self._connection.sendall(pack(">BHI", kind, channel, len(payload)) + payload + END)


class ScriptedBroker:
    """Listens on a loopback port.

    Attributes:
        sessions: The connections of clients, the first one first.
        on_published: Called with the session and the number of each message that is published; confirms it by default.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.sessions: list[Session] = []
        self._tls = tls
        self.on_published: Callable[[Session, int], None] = Session.confirm
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def session(self, number: int = 0) -> Session:
        """Wait for a connection, and return it."""
        wait_until(lambda: len(self.sessions) > number)
        return self.sessions[number]

    def drop_all(self) -> None:
        """Cut all connections."""
        for session in self.sessions:
            session.drop()

    def close(self) -> None:
        """End all connections, and accept none any more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_all()
        self._thread.join(TIMEOUT)

    def _publish(self, session: Session, number: int) -> None:
        self.on_published(session, number)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
            try:
                connection = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            except OSError:  # the client refuses the certificate
                connection.close()
                continue
            session = Session(connection, self._publish)
            self.sessions.append(session)
            threading.Thread(target=session.serve, daemon=True).start()
