"""A FastAGI server in the process of a test, on a free loopback port."""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from servers.ports import HOST
from xivo_dird.agi.listener import AgiServer
from xivo_dird.agi.service import CallerNames


@contextmanager
def running_agi_server(names: CallerNames, idle_seconds: float = 30.0) -> Iterator[int]:
    """Run a server for the length of the block; yield its port."""
    listening = socket.socket()
    listening.bind((HOST, 0))
    port: int = listening.getsockname()[1]
    server = AgiServer(names, listening, idle_seconds)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def counted_calls(metrics: str) -> Counter[str]:
    """Return the number of connections by outcome, of a page of metrics."""
    found = re.findall(r'^dird_agi_calls_total\{outcome="(\w+)"\} (\S+)$', metrics, re.MULTILINE)
    return Counter({outcome: int(float(count)) for outcome, count in found})
