"""Free loopback ports."""

import socket

HOST = "127.0.0.1"


class ReservedPort:
    """A port for one server, also while that is stopped: the system gives it to nobody else until `release`.

    The reservation is a bound socket that never listens. Linux lets a server listen beside it when both set
    SO_REUSEADDR, as servers do; without a server connections are refused.
    """

    def __init__(self) -> None:
        """Reserve a port that nobody has."""
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((HOST, 0))
        self.number: int = self._socket.getsockname()[1]

    def release(self) -> None:
        """Give the port back."""
        self._socket.close()
