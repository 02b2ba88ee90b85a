"""A process of LDAP clients. It reads an `LdapLoad` as JSON from the standard input, and writes a `Measured`."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice

from clients import RECEIVE_BYTES, Answer, Measured, connect, measure_in_process, print_measured, run
from ldap3.operation.search import search_operation
from ldap3.protocol.rfc4511 import LDAPMessage, MessageID, ProtocolOp
from pyasn1.codec.ber import encoder

ATTRIBUTES = ("cn", "sn", "telephoneNumber", "mobile")
"""What a phone requests."""

SUCCESS = b"\x65\x07\x0a\x01\x00\x04\x00\x04\x00"
"""The end of a search, without a message."""

ENTRY = b"\x02\x01\x01\x64"


@dataclass(frozen=True)
class LdapLoad:
    """The searches, and for how long.

    Attributes:
        port: The port of the server.
        base: The base of the searches.
        filters: Their filters, in turn.
        clients: The number of clients.
        seconds: Length of the measurement.
        warm_up: Seconds before the measurement starts.
    """

    port: int
    base: str
    filters: Sequence[str]
    clients: int = 1
    seconds: float = 2.0
    warm_up: float = 0.3


def measure_ldap(load: LdapLoad) -> Measured:
    """Run the clients in a process of their own, and return their measurements.

    Raises:
        RuntimeError: A search found nobody, or did not end with success.
    """
    measured = measure_in_process(__file__, asdict(load))
    if not measured.is_good:
        raise RuntimeError(f"not every search was successful: {measured}")
    return measured


class LdapClient:
    """A client without an account and with a persistent connection; see `clients.Client`."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        """Connect to a server."""
        self._requests = requests
        self._received = b""
        self.socket = connect(port)

    def send(self) -> None:
        """Send the next search."""
        self._received = b""
        self.socket.sendall(next(self._requests))

    def receive(self) -> Answer | None:
        """Read available data; return the answer once the search has ended with success, else None."""
        data = self.socket.recv(RECEIVE_BYTES)
        if not data:
            return Answer("disconnected")
        self._received += data
        if not self._received.endswith(SUCCESS):
            return None
        return Answer("200", ENTRY in self._received)


def encoded_search(base: str, condition: str) -> bytes:
    """Return a search of a phone, below a base."""
    message = LDAPMessage()
    message["messageID"] = MessageID(1)
    request = search_operation(
        base, condition, "SUBTREE", "NEVER", list(ATTRIBUTES), 50, 0, False, None, None
    )
    message["protocolOp"] = ProtocolOp().setComponentByName("searchRequest", request)
    encoded: bytes = encoder.encode(message)
    return encoded


def run_searches(load: LdapLoad) -> Measured:
    """Send searches until the time is over, and return the measurements."""
    requests = [encoded_search(load.base, condition) for condition in load.filters]
    clients = [LdapClient(load.port, islice(cycle(requests), first, None)) for first in range(load.clients)]
    return run(clients, load.seconds, load.warm_up)


if __name__ == "__main__":
    print_measured(run_searches(LdapLoad(**json.load(sys.stdin))))
