"""Free loopback ports."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """Answer a port that nobody listens on at present."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
