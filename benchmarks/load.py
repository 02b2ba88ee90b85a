"""A process of HTTP clients. It reads a `Load` as JSON from the standard input, and writes a `Measured` as JSON."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice

from clients import RECEIVE_BYTES, Answer, Measured, connect, measure_in_process, print_measured, run

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")


@dataclass(frozen=True)
class Load:
    """What the clients request, and for how long.

    Attributes:
        port: The port of the server.
        paths: The requested paths, in turn.
        clients: The number of clients.
        seconds: Length of the measurement.
        headers: Header fields of each request.
        expected: Texts that a complete answer contains.
        warm_up: Seconds before the measurement starts.
    """

    port: int
    paths: Sequence[str]
    clients: int = 1
    seconds: float = 2.0
    headers: Mapping[str, str] = field(default_factory=dict)
    expected: Sequence[str] = ()
    warm_up: float = 0.3


def measure(load: Load) -> Measured:
    """Run the clients in a process of their own, and return their measurements."""
    return measure_in_process(__file__, asdict(load))


class HttpClient:
    """An HTTP client with a persistent connection; see `clients.Client`."""

    def __init__(self, load: Load, requests: Iterator[bytes]) -> None:
        self._expected = [text.encode() for text in load.expected]
        self._requests = requests
        self._received = b""
        self.socket = connect(load.port)

    def send(self) -> None:
        """Send the next request."""
        self._received = b""
        self.socket.sendall(next(self._requests))

    def receive(self) -> Answer | None:
        """Read available data; return the answer (head and body) once it is complete, else None."""
        data = self.socket.recv(RECEIVE_BYTES)
        if not data:
            raise ConnectionError("the server closed a connection without an answer")
        received = self._received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return None
        length = LENGTH.search(received, 0, end)
        if length is None or received.find(b"Connection: close", 0, end) >= 0:
            raise ConnectionError("the server does not keep connections")
        if len(received) < end + 4 + int(length[1]):
            return None
        return Answer(received[9:12].decode(), all(text in received for text in self._expected))


def run_clients(load: Load) -> Measured:
    """Send requests until the time is over, and return the measurements."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in load.headers.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode() for path in load.paths]
    clients = [HttpClient(load, islice(cycle(requests), first, None)) for first in range(load.clients)]
    return run(clients, load.seconds, load.warm_up)


if __name__ == "__main__":
    print_measured(run_clients(Load(**json.load(sys.stdin))))
