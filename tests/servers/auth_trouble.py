"""What can go wrong with the fake authentication server."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hang:
    """Take the request and never answer."""


@dataclass(frozen=True)
class Trickle:
    """Send the answer byte by byte, one every `pause` seconds."""

    pause: float = 1.0


@dataclass(frozen=True)
class AnswerStatus:
    """Answer every request with this status and an empty JSON object."""

    status: int
    location: str | None = None


@dataclass(frozen=True)
class AnswerBody:
    """Answer every GET and POST with status 200 and this body, whatever was asked."""

    body: bytes


@dataclass(frozen=True)
class DropKeptConnections:
    """Answer the first request of a connection; close it without an answer when a second one comes."""


@dataclass(frozen=True)
class DropEveryConnection:
    """Close the connection instead of answering."""


Trouble = Hang | Trickle | AnswerStatus | AnswerBody | DropKeptConnections | DropEveryConnection
