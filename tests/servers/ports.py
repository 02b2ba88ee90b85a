"""Free loopback ports."""

import socket

HOST = "127.0.0.1"


class ReservedPort:
    """A port reserved for one server, also while the server is stopped, until `release`.

    The reservation is a bound socket that never listens, so the system gives the port to no other process.
    Linux lets a server listen on it when both sockets set SO_REUSEADDR, as servers do. Without a server,
    connections are refused.
    """

    def __init__(self) -> None:
        """Reserve a free port."""
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((HOST, 0))
        self.number: int = self._socket.getsockname()[1]

    def release(self) -> None:
        """Release the port."""
        self._socket.close()
