"""Faults that the fake authentication server can inject."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hang:
    """Accept the request and never answer."""


@dataclass(frozen=True)
class Trickle:
    """Send the answer byte by byte, one every `pause` seconds."""

    pause: float = 1.0


@dataclass(frozen=True)
class AnswerStatus:
    """Reply to every request with this status and an empty JSON object."""

    status: int
    location: str | None = None


@dataclass(frozen=True)
class AnswerBody:
    """Reply to every GET and POST with status 200 and this body, whatever the URL."""

    body: bytes


@dataclass(frozen=True)
class DropReusedConnections:
    """Serve the first request of a connection; close it without an answer at the second one."""


@dataclass(frozen=True)
class DropEveryConnection:
    """Close the connection instead of answering."""


Fault = Hang | Trickle | AnswerStatus | AnswerBody | DropReusedConnections | DropEveryConnection
