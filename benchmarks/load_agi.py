"""A process of Asterisk servers. It reads an `AgiLoad` as JSON from the standard input, and writes a `Measured`."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice

from clients import RECEIVE_BYTES, Answer, Measured, connect, measure_in_process, print_measured, run

ACCEPTED = b"200 result=1\n"
STATUS = b"SET VARIABLE XIVO_DIRD_STATUS "


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
    return measure_in_process(__file__, asdict(load))


def variables(script: str, number: str) -> bytes:
    """Return what Asterisk sends at the beginning of a call."""
    names = ("request", "channel", "language", "type", "uniqueid", "version", "calleridname", "callingpres")
    rest = ("callingani2", "callington", "callingtns", "dnid", "rdnis", "context", "extension", "priority")
    lines = ["network: yes", f"network_script: {script}", f"callerid: {number}"]
    lines += [f"{name}: a-value" for name in (*names, *rest, "enhanced", "accountcode", "threadid")]
    return "".join(f"agi_{line}\n" for line in lines).encode() + b"\n"


class AgiClient:
    """A line of Asterisk, which has one call after the other, each with a connection; see `clients.Client`."""

    def __init__(self, port: int, calls: Iterator[bytes]) -> None:
        self._port = port
        self._calls = calls
        self._received = b""

    def send(self) -> None:
        """Begin the next call."""
        self.socket = connect(self._port)
        self._received = b""
        self.socket.sendall(next(self._calls))

    def receive(self) -> Answer | None:
        """Reply to a command; return the status that was set once the server has closed the connection."""
        data = self.socket.recv(RECEIVE_BYTES)
        if data:
            self._received += data
            if data.endswith(b"\n"):
                self.socket.sendall(ACCEPTED)
            return None
        self.socket.close()
        return Answer(self._received.partition(STATUS)[2].strip(b'"\n').decode())


def run_calls(load: AgiLoad) -> Measured:
    """Send calls until the time is over, and return the measurements."""
    calls = [variables(load.script, number) for number in load.numbers]
    clients = [AgiClient(load.port, islice(cycle(calls), first, None)) for first in range(load.clients)]
    return run(clients, load.seconds, load.warm_up)


if __name__ == "__main__":
    print_measured(run_calls(AgiLoad(**json.load(sys.stdin))))
