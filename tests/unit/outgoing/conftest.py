"""Fixtures: clients of servers on loopback ports."""

from collections.abc import Callable, Iterator

import pytest

from waiting import TIMEOUT
from xivo_dird.outgoing import HttpClient, HttpLimits, Outgoing

MAX_BYTES = 100_000

Connect = Callable[..., HttpClient]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Yield a function that creates a client of a URL."""
    clients: list[HttpClient] = []

    def new_client(url: str, *, timeout: float = TIMEOUT, outgoing: Outgoing | None = None) -> HttpClient:
        door = outgoing or Outgoing(max_response_bytes=MAX_BYTES)
        clients.append(door.http_client({"url": url}, limits=HttpLimits(timeout=timeout)))
        return clients[-1]

    yield new_client
    for client in clients:
        client.close()
