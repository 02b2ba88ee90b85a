"""A process of clients: each sends its next request over its persistent connection as soon as it has an answer.

One thread serves all clients, so that they use little of the machine that they share with the server. The process
reads a `Load` as JSON from the standard input, and writes a `Measured` as JSON.
"""

import json
import re
import select
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

TIMEOUT = 60.0
"""Seconds to wait for an answer."""

MIN_ANSWERS = 2
RECEIVE_BYTES = 32 * 1024
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


@dataclass(frozen=True)
class Measured:
    """The result of a load.

    Attributes:
        rate: Answers per second.
        mean: Milliseconds per answer; so are `median` and `p99`.
        statuses: Number of answers by status.
        incomplete: Number of answers without an expected text.
    """

    rate: float
    mean: float
    median: float
    p99: float
    statuses: Mapping[str, int]
    incomplete: int

    @property
    def is_good(self) -> bool:
        """Return True if every answer was a complete 200."""
        return set(self.statuses) == {"200"} and self.incomplete == 0


def measure(load: Load) -> Measured:
    """Run the clients in a process of their own, and return their measurements."""
    process = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(asdict(load)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Measured(**json.loads(process.stdout))


class _Client:
    def __init__(self, port: int, requests: Sequence[bytes], first: int) -> None:
        self._port = port
        self._requests = requests
        self._next = first
        self.sent_at = 0.0
        self._received = b""
        self.socket = self._connect()

    def send(self) -> None:
        request = self._requests[self._next % len(self._requests)]
        self._next += 1
        self._received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
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
        return received

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), TIMEOUT)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def run_clients(load: Load) -> Measured:
    """Send requests until the time is over, and return the measurements."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in load.headers.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode() for path in load.paths]
    expected = [text.encode() for text in load.expected]
    clients = [_Client(load.port, requests, first) for first in range(load.clients)]
    poller = select.epoll()
    by_descriptor = {client.socket.fileno(): client for client in clients}
    for descriptor, client in by_descriptor.items():
        poller.register(descriptor, select.EPOLLIN)
        client.send()
    started_at = time.perf_counter() + load.warm_up
    end = started_at + load.seconds
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    incomplete = 0
    while (now := time.perf_counter()) < end or len(latencies) < MIN_ANSWERS:
        ready = poller.poll(TIMEOUT)
        if not ready:
            raise TimeoutError(f"no answer within {TIMEOUT:g} s")
        for descriptor, _ in ready:
            client = by_descriptor[descriptor]
            answer = client.receive()
            if answer is None:
                continue
            seconds = time.perf_counter() - client.sent_at
            client.send()
            if now >= started_at:
                latencies.append(seconds * 1000)
                statuses[answer[9:12].decode()] += 1
                incomplete += not all(text in answer for text in expected)
    p99 = statistics.quantiles(latencies, n=100)[98]
    rate = len(latencies) / (time.perf_counter() - started_at)
    return Measured(
        rate, statistics.mean(latencies), statistics.median(latencies), p99, dict(statuses), incomplete
    )


if __name__ == "__main__":
    json.dump(asdict(run_clients(Load(**json.load(sys.stdin)))), sys.stdout)
