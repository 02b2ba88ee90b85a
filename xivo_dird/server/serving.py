"""What all connections of a server share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from wsgiref.types import WSGIApplication

from xivo_dird.server.body import BodyRoom
from xivo_dird.server.request import OnlyReads
from xivo_dird.server.turns import Turns

if TYPE_CHECKING:
    from xivo_dird.server.connection import Connection


@dataclass(frozen=True, slots=True)
class Serving:
    """What all connections of a server share.

    Attributes:
        application: The WSGI application.
        room: The room for bodies.
        turns: The turns of changes.
        resume: Called in any thread: makes the selector return a connection whose turn has come.
        timeout: Seconds that a client has to send or to receive, longer for many bytes (see `Channel`).
        max_transfer_seconds: Seconds that a client has at most, however many bytes there are.
        only_reads: Returns whether a request changes nothing, given a method that is not safe and its path.
    """

    application: WSGIApplication
    room: BodyRoom
    turns: Turns
    resume: Callable[["Connection"], None]
    timeout: float
    max_transfer_seconds: float
    only_reads: OnlyReads
