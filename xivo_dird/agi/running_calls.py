"""Ends connections whose time is up, whatever the threads that serve them do."""

import threading
from collections.abc import Iterable

from xivo_dird.agi.connection import AgiConnection
from xivo_dird.threads.background import Background

MIN_WAIT_SECONDS = 0.001


class CallDeadlines:
    """The open connections in the order of their deadlines, which all have the same timeout."""

    def __init__(self, timeout: float) -> None:
        """Initialize with the timeout of all connections, in seconds."""
        self._timeout = timeout
        self._lock = threading.Lock()
        self._unexpired: dict[AgiConnection, None] = {}
        self._background = Background("agi-deadlines", self._expire_calls)

    def start(self) -> None:
        """Start the thread that ends connections."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._background.stop()

    def add(self, connection: AgiConnection) -> None:
        """Add a connection."""
        with self._lock:
            self._unexpired[connection] = None

    def remove(self, connection: AgiConnection) -> None:
        """Remove a connection that is closed; nothing happens if it has expired."""
        with self._lock:
            self._unexpired.pop(connection, None)

    def expire_all(self) -> None:
        """End all connections now."""
        with self._lock:
            connections = list(self._unexpired)
        _expire(connections)

    def _expire_calls(self) -> None:
        while not self._background.wait(self._seconds_to_wait()):
            _expire(self._pop_expired())

    def _seconds_to_wait(self) -> float:
        """Return the seconds until the next deadline. What is added meanwhile has a later one."""
        with self._lock:
            first = next(iter(self._unexpired), None)
        return self._timeout if first is None else max(first.deadline.remaining(), MIN_WAIT_SECONDS)

    def _pop_expired(self) -> list[AgiConnection]:
        """Remove the connections whose deadline has passed, and return them."""
        expired: list[AgiConnection] = []
        with self._lock:
            for connection in self._unexpired:
                if not connection.deadline.is_expired:
                    break
                expired.append(connection)
            for connection in expired:
                del self._unexpired[connection]
        return expired


def _expire(connections: Iterable[AgiConnection]) -> None:
    for connection in connections:
        connection.expire()
