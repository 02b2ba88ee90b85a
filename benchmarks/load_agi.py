"""A process of Asterisk servers: each sends its next call as soon as it has the answer to the one before.

One thread serves all of them, so that they use little of the machine that they share with the daemon. The process
reads an `AgiLoad` as JSON from the standard input, and writes a `Measured` as JSON.
"""

import json
import select
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from load import MIN_ANSWERS, TIMEOUT, Measured

ACCEPTED = b"200 result=1\n"
STATUS = b"SET VARIABLE XIVO_DIRD_STATUS "
RECEIVE_BYTES = 4096


@dataclass(frozen=True)
class AgiLoad:
    """The calls, and for how long.

    Attributes:
        port: The port of the listener.
        script: The script that each call names.
        numbers: The numbers of the callers, in turn.
        clients: The number of calls at the same time.
        seconds: Length of the measurement.
        warm_up: Seconds before the measurement starts.
    """

    port: int
    script: str
    numbers: Sequence[str]
    clients: int = 1
    seconds: float = 2.0
    warm_up: float = 0.3


def measure_agi(load: AgiLoad) -> Measured:
    """Run the calls in a process of their own, and return their measurements by the status that they got."""
    process = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(asdict(load)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Measured(**json.loads(process.stdout))


def variables(script: str, number: str) -> bytes:
    """Return what Asterisk sends at the beginning of a call."""
    names = ("request", "channel", "language", "type", "uniqueid", "version", "calleridname", "callingpres")
    rest = ("callingani2", "callington", "callingtns", "dnid", "rdnis", "context", "extension", "priority")
    lines = ["network: yes", f"network_script: {script}", f"callerid: {number}"]
    lines += [f"{name}: a-value" for name in (*names, *rest, "enhanced", "accountcode", "threadid")]
    return "".join(f"agi_{line}\n" for line in lines).encode() + b"\n"


class _Call:
    """A call in hand."""

    def __init__(self, port: int, sent: bytes) -> None:
        self.started_at = time.perf_counter()
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.socket.sendall(sent)
        self._received = b""

    def receive(self) -> str | None:
        """Reply to a command; return the status that was set once the server has closed the connection."""
        data = self.socket.recv(RECEIVE_BYTES)
        if data:
            self._received += data
            if data.endswith(b"\n"):
                self.socket.sendall(ACCEPTED)
            return None
        self.socket.close()
        return self._received.partition(STATUS)[2].strip(b'"\n').decode()


def run_calls(load: AgiLoad) -> Measured:
    """Send calls until the time is over, and return the measurements."""
    requests = [variables(load.script, number) for number in load.numbers]
    poller = select.epoll()
    calls: dict[int, _Call] = {}
    sent = 0

    def start_call() -> None:
        nonlocal sent
        call = _Call(load.port, requests[sent % len(requests)])
        sent += 1
        calls[call.socket.fileno()] = call
        poller.register(call.socket, select.EPOLLIN)

    for _ in range(load.clients):
        start_call()
    started_at = time.perf_counter() + load.warm_up
    end = started_at + load.seconds
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    while (now := time.perf_counter()) < end or len(latencies) < MIN_ANSWERS:
        ready = poller.poll(TIMEOUT)
        if not ready:
            raise TimeoutError(f"no answer within {TIMEOUT:g} s")
        for descriptor, _ in ready:
            call = calls[descriptor]
            status = call.receive()
            if status is None:
                continue
            seconds = time.perf_counter() - call.started_at
            start_call()
            if now >= started_at:
                latencies.append(seconds * 1000)
                statuses[status] += 1
    p99 = statistics.quantiles(latencies, n=100)[98]
    rate = len(latencies) / (time.perf_counter() - started_at)
    return Measured(rate, statistics.mean(latencies), statistics.median(latencies), p99, dict(statuses), 0)


if __name__ == "__main__":
    json.dump(asdict(run_calls(AgiLoad(**json.load(sys.stdin)))), sys.stdout)
