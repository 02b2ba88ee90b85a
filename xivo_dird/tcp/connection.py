"""What the selector and the threads need to know of the connection of a client, whatever protocol it speaks."""

from socket import socket as Socket  # noqa: N812 - a class, despite its lower-case name
from typing import Protocol


class ServedConnection(Protocol):
    """A connection that never makes a thread wait for its client.

    Attributes:
        waiting_since: When the last request ended or the client connected, as `time.monotonic` counts.
    """

    waiting_since: float

    @property
    def socket(self) -> Socket:
        """Return the non-blocking socket."""

    @property
    def awaited_event(self) -> int:
        """What to wait for until the next `communicate`, such as `EPOLLIN`."""

    @property
    def is_idle(self) -> bool:
        """Return whether it may be closed to make room for another client."""

    @property
    def unsent(self) -> int:
        """Return the number of bytes that wait until the client reads."""

    def communicate(self) -> bool:
        """Read and write what is possible without waiting for the client, and answer requests in between.

        Returns:
            Whether to keep the connection open.

        Raises:
            OSError: The client has disconnected.
        """

    def is_timed_out(self) -> bool:
        """Return whether the client had its time."""

    def send_timeout(self) -> None:
        """Send to the client that its time is up; the connection is closed then."""

    def peer_closed(self) -> bool:
        """Return whether the client has gone, so that nobody needs the answer to its request any more."""

    def close(self) -> None:
        """Close the connection and what belongs to it. A second call does nothing."""
