"""A process of clients: each sends its next request over its kept-open connection as soon as it has an answer.

One thread waits for all of them, so that the clients take little of the machine that they share with the server.
Reads a `Load` as JSON from the standard input, writes a `Measured` as JSON.
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

GIVE_UP = 60.0
MIN_ROUNDS = 2
RECEIVED_AT_ONCE = 32 * 1024
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")


@dataclass(frozen=True)
class Load:
    """Who asks what for so many seconds, after so many to warm up: `paths` in turn.

    An answer lacks something without every text of `expected`.
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
    """What came of it: answers per second, milliseconds per answer, and the answers that were no good."""

    rate: float
    mean: float
    median: float
    p99: float
    statuses: Mapping[str, int]
    lacking: int

    @property
    def is_good(self) -> bool:
        """Whether every answer was a 200 with all that was expected in it."""
        return set(self.statuses) == {"200"} and self.lacking == 0


def measure(load: Load) -> Measured:
    """Run the clients in a process of their own."""
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(asdict(load)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Measured(**json.loads(done.stdout))


class _Client:
    def __init__(self, port: int, requests: Sequence[bytes], first: int) -> None:
        self._port = port
        self._requests = requests
        self._next = first
        self.sent = 0.0
        self._received = b""
        self.socket = self._connected()

    def send(self) -> None:
        request = self._requests[self._next % len(self._requests)]
        self._next += 1
        self._received = b""
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Take what has come: the answer, head and body, once it is whole."""
        data = self.socket.recv(RECEIVED_AT_ONCE)
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

    def _connected(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), GIVE_UP)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def ask(load: Load) -> Measured:
    """Ask until the time is over."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in load.headers.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode() for path in load.paths]
    expected = [text.encode() for text in load.expected]
    clients = [_Client(load.port, requests, first) for first in range(load.clients)]
    waiting = select.epoll()
    by_descriptor = {client.socket.fileno(): client for client in clients}
    for descriptor, client in by_descriptor.items():
        waiting.register(descriptor, select.EPOLLIN)
        client.send()
    began = time.perf_counter() + load.warm_up
    end = began + load.seconds
    taken: list[float] = []
    statuses: Counter[str] = Counter()
    lacking = 0
    while (now := time.perf_counter()) < end or len(taken) < MIN_ROUNDS:
        ready = waiting.poll(GIVE_UP)
        if not ready:
            raise TimeoutError(f"no answer within {GIVE_UP:g} s")
        for descriptor, _ in ready:
            client = by_descriptor[descriptor]
            answer = client.receive()
            if answer is None:
                continue
            seconds = time.perf_counter() - client.sent
            client.send()
            if now >= began:
                taken.append(seconds * 1000)
                statuses[answer[9:12].decode()] += 1
                lacking += not all(text in answer for text in expected)
    worst = statistics.quantiles(taken, n=100)[98]
    rate = len(taken) / (time.perf_counter() - began)
    return Measured(rate, statistics.mean(taken), statistics.median(taken), worst, dict(statuses), lacking)


if __name__ == "__main__":
    json.dump(asdict(ask(Load(**json.load(sys.stdin)))), sys.stdout)
