"""A scripted LDAP server that misbehaves: each script is what happens to one connection."""

import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from servers.ldap_messages import (
    BIND_RESPONSE,
    EXTENDED_RESPONSE,
    REFERRAL,
    REFERRAL_TAG,
    SEARCH_DONE,
    SUCCESS,
    TIME_LIMIT_EXCEEDED,
    UNAVAILABLE,
    done,
    entry,
    octets,
    tlv,
)

HOST = "127.0.0.1"


class Peer:
    """One client of the hostile server, as a script sees it."""

    def __init__(self, connection: socket.socket, server: "HostileLdap") -> None:
        """Serve `connection` of `server`."""
        self._connection = connection
        self._server = server
        self.uri = server.uri
        self.stopped = server.stopped

    def request(self) -> int:
        """Read one request and answer its message id; raise `ConnectionError` when the client has gone."""
        length = _length(self._read)
        message = self._read(length)
        self._server.count_request()
        return int.from_bytes(message[2 : 2 + message[1]], "big")

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def accept_bind(self) -> None:
        """Read a bind request and accept it."""
        self.send(done(self.request(), BIND_RESPONSE, SUCCESS))

    def reset(self) -> None:
        """Break the connection so that the client gets a TCP reset."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def hang(self) -> None:
        """Read what comes, say nothing, until the client goes or the server ends."""
        while True:
            self.request()

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            received = self._connection.recv(size - len(data))
            if not received:
                raise ConnectionError("the client closed")
            data += received
        return data


Script = Callable[[Peer], None]


class HostileLdap:
    """Runs the script for each connection, in a thread of its own.

    `connections` and `requests` count what came so far; `asked` is set by the second request, which is the
    first search; `stopped` is set when the server ends.
    """

    def __init__(self, script: Script) -> None:
        """Listen on a free loopback port."""
        self._script = script
        self._counting = threading.Lock()
        self._listening = socket.create_server((HOST, 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.uri = f"ldap://{HOST}:{self._listening.getsockname()[1]}"
        self.connections = 0
        self.requests = 0
        self.asked = threading.Event()
        self.stopped = threading.Event()

    def __enter__(self) -> Self:
        """Start."""
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all connections, and wait for their threads."""
        self.stopped.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listening.close()
        for connection in self._open:
            _abort(connection)
        for thread in self._threads:
            thread.join()

    def count_request(self) -> None:
        """Take note of one more request, of any connection."""
        with self._counting:
            self.requests += 1
            if self.requests > 1:
                self.asked.set()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._script(Peer(connection, self))
            except OSError:
                return


def silent(peer: Peer) -> None:
    """Take the connection, then say nothing."""
    peer.hang()


def silent_after_bind(peer: Peer) -> None:
    """Accept the bind, then say nothing."""
    peer.accept_bind()
    peer.hang()


def reset_in_the_answer(peer: Peer) -> None:
    """Accept the bind, then break the connection in the middle of an entry."""
    peer.accept_bind()
    whole = entry(peer.request(), {"cn": [b"Alice"]})
    peer.send(whole[: len(whole) // 2])
    peer.reset()


def byte_by_byte(peer: Peer) -> None:
    """Accept the bind, then send a long entry, ten bytes a second."""
    peer.accept_bind()
    for byte in entry(peer.request(), {"cn": [b"x" * 1000]}):
        if peer.stopped.wait(0.1):
            return
        peer.send(bytes([byte]))


def refuse_start_tls(peer: Peer) -> None:
    """Answer the first request, which must be StartTLS, with `unavailable`; then accept whatever comes."""
    peer.send(done(peer.request(), EXTENDED_RESPONSE, UNAVAILABLE, b"no TLS here"))
    peer.accept_bind()
    answer_with(b"Alice")(peer)


def refuse_bind(words: bytes) -> Script:
    """Make a script that refuses every bind with these words."""

    def script(peer: Peer) -> None:
        peer.send(done(peer.request(), BIND_RESPONSE, UNAVAILABLE, words))

    return script


def refer_to_itself(peer: Peer) -> None:
    """Answer every search with a referral to this server."""
    peer.accept_bind()
    while True:
        referral = tlv(REFERRAL_TAG, octets(f"{peer.uri}/dc=example,dc=org".encode()))
        peer.send(done(peer.request(), SEARCH_DONE, REFERRAL, b"", referral))


def drop_after_each_search(peer: Peer) -> None:
    """Answer one search, then close: every kept connection is stale."""
    peer.accept_bind()
    answer_once(peer, b"Alice")


def drop_always(peer: Peer) -> None:
    """Accept the bind, then close at the first search."""
    peer.accept_bind()
    peer.request()


def time_limit_with_one_entry(peer: Peer) -> None:
    """Answer one entry, then that the time is up."""
    peer.accept_bind()
    message_id = peer.request()
    peer.send(entry(message_id, {"cn": [b"Alice"]}) + done(message_id, SEARCH_DONE, TIME_LIMIT_EXCEEDED))


def time_limit_without_entries(peer: Peer) -> None:
    """Answer that the time is up."""
    peer.accept_bind()
    peer.send(done(peer.request(), SEARCH_DONE, TIME_LIMIT_EXCEEDED))


def never_ending(peer: Peer) -> None:
    """Send entries as fast as possible, for ever."""
    peer.accept_bind()
    some = entry(peer.request(), {"cn": [b"x" * 50_000]})
    while not peer.stopped.is_set():
        peer.send(some)


def answer_with(name: bytes) -> Script:
    """Make a script that answers every search with one entry of that `cn`."""

    def script(peer: Peer) -> None:
        while True:
            answer_once(peer, name)

    return script


def answer_once(peer: Peer, name: bytes) -> None:
    """Answer one search with one entry of that `cn`."""
    message_id = peer.request()
    peer.send(entry(message_id, {"cn": [name]}) + done(message_id, SEARCH_DONE, SUCCESS))


def answer_bytes(data: bytes) -> Script:
    """Make a script that accepts the bind, answers the search with these bytes, then hangs."""

    def script(peer: Peer) -> None:
        peer.accept_bind()
        peer.request()
        peer.send(data)
        peer.hang()

    return script


def answer_attributes(attributes: dict[str, list[bytes]]) -> Script:
    """Make a script that accepts the bind and answers each search with one entry of these attributes."""

    def script(peer: Peer) -> None:
        peer.accept_bind()
        while True:
            message_id = peer.request()
            peer.send(entry(message_id, attributes) + done(message_id, SEARCH_DONE, SUCCESS))

    return script


def _length(read: Callable[[int], bytes]) -> int:
    """Read the tag and the length of a message."""
    first = read(2)[1]
    return first if first < 0x80 else int.from_bytes(read(first & 0x7F), "big")


def _abort(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed by its script or by the client
