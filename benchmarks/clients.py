"""Clients of a load: each sends its next request as soon as it has the answer to the one before.

One thread serves all clients, so that they use little of the machine that they share with the server.
"""

import json
import select
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple, Protocol

HOST = "127.0.0.1"
TIMEOUT = 60.0
"""Seconds to wait for an answer."""

RECEIVE_BYTES = 32 * 1024
MIN_ANSWERS = 2


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


class Answer(NamedTuple):
    """The status of an answer, and whether it contains every expected text."""

    status: str
    is_complete: bool = True


class Client(Protocol):
    """One client.

    Attributes:
        socket: Its connection, once it has sent a request; another one after `send` if it keeps none.
    """

    socket: socket.socket

    def send(self) -> None:
        """Send the next request."""

    def receive(self) -> Answer | None:
        """Read available data; return the answer once it has ended, else None."""


def measure_in_process(script: str, load: object) -> Measured:
    """Run a script that reads a load, a data class as JSON, from the standard input, and prints what `run` returns."""
    process = subprocess.run(
        [sys.executable, script], input=json.dumps(load), stdout=subprocess.PIPE, text=True, check=True
    )
    return Measured(**json.loads(process.stdout))


def connect(port: int) -> socket.socket:
    """Return a connection to a port of this machine."""
    connection = socket.create_connection((HOST, port), TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def print_measured(measured: Measured) -> None:
    """Print measurements as JSON."""
    json.dump(asdict(measured), sys.stdout)


class Poller:
    """Waits for the answers of all clients at once."""

    def __init__(self) -> None:
        """Wait for nobody yet."""
        self._epoll = select.epoll()
        self._by_descriptor: dict[int, Client] = {}
        self._sent_at: dict[Client, float] = {}

    def send(self, client: Client) -> None:
        """Send the next request of a client."""
        self._sent_at[client] = time.perf_counter()
        client.send()
        descriptor = client.socket.fileno()
        if self._by_descriptor.get(descriptor) is not client:
            self._epoll.register(descriptor, select.EPOLLIN)
            self._by_descriptor[descriptor] = client

    def answers(self) -> Iterator[tuple[float, Answer]]:
        """Wait for answers; yield each with its seconds, and send the next request of its client.

        Raises:
            TimeoutError: There is none.
        """
        ready = self._epoll.poll(TIMEOUT)
        if not ready:
            raise TimeoutError(f"no answer within {TIMEOUT:g} s")
        for descriptor, _ in ready:
            client = self._by_descriptor[descriptor]
            answer = client.receive()
            if answer is None:
                continue
            seconds = time.perf_counter() - self._sent_at[client]
            if client.socket.fileno() < 0:  # closed, and so no longer polled
                del self._by_descriptor[descriptor]
            self.send(client)
            yield seconds, answer


def run(clients: Sequence[Client], seconds: float, warm_up: float) -> Measured:
    """Send requests from all clients until the time is over, and return the measurements."""
    poller = Poller()
    for client in clients:
        poller.send(client)
    started_at = time.perf_counter() + warm_up
    end = started_at + seconds
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    incomplete = 0
    while (now := time.perf_counter()) < end or len(latencies) < MIN_ANSWERS:
        for taken, answer in poller.answers():
            if now >= started_at:
                latencies.append(taken * 1000)
                statuses[answer.status] += 1
                incomplete += not answer.is_complete
    p99 = statistics.quantiles(latencies, n=100)[98]
    rate = len(latencies) / (time.perf_counter() - started_at)
    return Measured(
        rate, statistics.mean(latencies), statistics.median(latencies), p99, dict(statuses), incomplete
    )
