"""A scripted LDAP server that misbehaves; a script handles one connection."""

import socket
import struct
import threading
from collections.abc import Callable

from servers.ldap_messages import (
    BIND_RESPONSE,
    EXTENDED_RESPONSE,
    REFERRAL,
    REFERRAL_TAG,
    SEARCH_DONE,
    SUCCESS,
    TIME_LIMIT_EXCEEDED,
    UNAVAILABLE,
    ldap_result,
    octet_string,
    search_entry,
    tlv,
)
from servers.lifetime import ContextServer

HOST = "127.0.0.1"


class Peer:
    """One client of the hostile server, as a script sees it."""

    def __init__(self, connection: socket.socket, server: "HostileLdap") -> None:
        """Serve `connection` of `server`."""
        self._connection = connection
        self._server = server
        self.uri = server.uri
        self.last_message = b""
        self.stopped = server.stopped

    def request(self) -> int:
        """Read one request and return its message id.

        Raises:
            ConnectionError: The client has closed the connection.
        """
        length = _length(self._read)
        self.last_message = message = self._read(length)
        self._server.count_request()
        return int.from_bytes(message[2 : 2 + message[1]], "big")

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def accept_bind(self) -> None:
        """Read a bind request and accept it."""
        self.send(ldap_result(self.request(), BIND_RESPONSE, SUCCESS))

    def reset(self) -> None:
        """Close the connection with a TCP reset."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def wait(self) -> None:
        """Read nothing until the server ends."""
        self.stopped.wait()

    def hang(self) -> None:
        """Read requests without an answer until the client disconnects or the server ends."""
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


class HostileLdap(ContextServer):
    """A server that runs a script for each connection, in a thread per connection.

    `connections` and `requests` are counters. `search_received` is set by the second request, which is the
    first search; `stopped` is set when the server ends.
    """

    def __init__(self, script: Script) -> None:
        """Listen on a free loopback port."""
        self._script = script
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.uri = f"ldap://{HOST}:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.requests = 0
        self.search_received = threading.Event()
        self.stopped = threading.Event()

    def start(self) -> None:
        """Start to accept connections."""
        self._threads[0].start()

    def close(self) -> None:
        """Close all connections, and wait for their threads."""
        self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()
        for connection in self._open:
            _abort(connection)
        for thread in self._threads:
            thread.join()

    def disconnect(self) -> None:
        """Close all connections; new ones are accepted."""
        for connection in self._open:
            _abort(connection)

    def count_request(self) -> None:
        """Count one more request, of any connection."""
        with self._lock:
            self.requests += 1
            if self.requests > 1:
                self.search_received.set()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
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
    """Accept the connection, then never answer."""
    peer.hang()


def silent_after_bind(peer: Peer) -> None:
    """Accept the bind, then never answer."""
    peer.accept_bind()
    peer.hang()


def reset_in_the_answer(peer: Peer) -> None:
    """Accept the bind, then reset the connection in the middle of an entry."""
    peer.accept_bind()
    encoded = search_entry(peer.request(), {"cn": [b"Alice"]})
    peer.send(encoded[: len(encoded) // 2])
    peer.reset()


def byte_by_byte(peer: Peer) -> None:
    """Accept the bind, then send a long entry, ten bytes a second."""
    peer.accept_bind()
    for byte in search_entry(peer.request(), {"cn": [b"x" * 1000]}):
        if peer.stopped.wait(0.1):
            return
        peer.send(bytes([byte]))


def refuse_start_tls(peer: Peer) -> None:
    """Reply to the first request, which must be StartTLS, with `unavailable`; then accept every request."""
    peer.send(ldap_result(peer.request(), EXTENDED_RESPONSE, UNAVAILABLE, b"no TLS here"))
    peer.accept_bind()
    answer_with(b"Alice")(peer)


def refuse_bind(diagnostic: bytes) -> Script:
    """Return a script that refuses every bind with this diagnostic message."""

    def script(peer: Peer) -> None:
        peer.send(ldap_result(peer.request(), BIND_RESPONSE, UNAVAILABLE, diagnostic))

    return script


def refer_to_itself(peer: Peer) -> None:
    """Reply to every search with a referral to this server."""
    peer.accept_bind()
    while True:
        referral = tlv(REFERRAL_TAG, octet_string(f"{peer.uri}/dc=example,dc=org".encode()))
        peer.send(ldap_result(peer.request(), SEARCH_DONE, REFERRAL, b"", referral))


def drop_after_each_search(peer: Peer) -> None:
    """Reply to one search, then close the connection: every pooled connection is stale."""
    peer.accept_bind()
    answer_once(peer, b"Alice")


def drop_always(peer: Peer) -> None:
    """Accept the bind, then close at the first search."""
    peer.accept_bind()
    peer.request()


def time_limit_without_entries(peer: Peer) -> None:
    """Reply to a search with the result `timeLimitExceeded`."""
    peer.accept_bind()
    peer.send(ldap_result(peer.request(), SEARCH_DONE, TIME_LIMIT_EXCEEDED))


def never_ending(peer: Peer) -> None:
    """Send entries as fast as possible until the server ends."""
    peer.accept_bind()
    data = search_entry(peer.request(), {"cn": [b"x" * 50_000]})
    while not peer.stopped.is_set():
        peer.send(data)


def answer_with(name: bytes) -> Script:
    """Return a script that answers every search with one entry that has this `cn`."""

    def script(peer: Peer) -> None:
        while True:
            answer_once(peer, name)

    return script


def answer_once(peer: Peer, name: bytes) -> None:
    """Reply to one search with one entry that has this `cn`."""
    message_id = peer.request()
    peer.send(search_entry(message_id, {"cn": [name]}) + ldap_result(message_id, SEARCH_DONE, SUCCESS))


def answer_bytes(data: bytes) -> Script:
    """Return a script that accepts the bind, answers the search with these bytes, then hangs."""

    def script(peer: Peer) -> None:
        peer.accept_bind()
        peer.request()
        peer.send(data)
        peer.hang()

    return script


def answer_attributes(attributes: dict[str, list[bytes]]) -> Script:
    """Return a script that accepts the bind and answers each search with one entry of these attributes."""

    def script(peer: Peer) -> None:
        peer.accept_bind()
        while True:
            message_id = peer.request()
            peer.send(search_entry(message_id, attributes) + ldap_result(message_id, SEARCH_DONE, SUCCESS))

    return script


def _length(read: Callable[[int], bytes]) -> int:
    """Read tag and length of a message, and return the length in bytes."""
    first = read(2)[1]
    return first if first < 0x80 else int.from_bytes(read(first & 0x7F), "big")


def _abort(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed by its script or by the client
