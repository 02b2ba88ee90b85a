"""The calls that run, of which each ends at its deadline, whatever the thread that serves it does."""

import threading
from collections.abc import Iterable

from xivo_dird.agi.connection import AgiConnection
from xivo_dird.threads.background import Background

MIN_WAIT_SECONDS = 0.001


class RunningCalls:
    """The open connections, and those that a thread still serves, in the order of their deadlines."""

    def __init__(self, timeout: float) -> None:
        """Initialize with the timeout of all connections, in seconds."""
        self._timeout = timeout
        self._changed = threading.Condition()
        self._connections: dict[AgiConnection, None] = {}
        self._background = Background("agi-deadlines", self._expire_calls)

    def __len__(self) -> int:
        """Return the number of connections."""
        return len(self._connections)

    def start(self) -> None:
        """Start the thread that ends connections."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._background.stop()

    def add(self, connection: AgiConnection) -> None:
        """Add a connection."""
        with self._changed:
            self._connections[connection] = None

    def remove(self, connection: AgiConnection) -> None:
        """Remove a connection that is closed and that no thread serves; a second call does nothing."""
        with self._changed:
            self._connections.pop(connection, None)
            self._changed.notify_all()

    def end(self, seconds: float) -> None:
        """Wait for the running calls for some seconds, and end the rest."""
        with self._changed:
            self._changed.wait_for(lambda: not self._connections, seconds)
            rest = self._unexpired()
        _expire(rest)

    def _expire_calls(self) -> None:
        while not self._background.wait(self._seconds_to_wait()):
            with self._changed:
                expired = [connection for connection in self._unexpired() if connection.deadline.is_expired]
            _expire(expired)

    def _seconds_to_wait(self) -> float:
        """Return the seconds until the next deadline. What is added meanwhile has a later one."""
        with self._changed:
            unexpired = self._unexpired()
        return max(unexpired[0].deadline.remaining(), MIN_WAIT_SECONDS) if unexpired else self._timeout

    def _unexpired(self) -> list[AgiConnection]:
        return [connection for connection in self._connections if not connection.is_expired]


def _expire(connections: Iterable[AgiConnection]) -> None:
    for connection in connections:
        connection.expire()
