"""One connection of Asterisk, which ends at its deadline whatever the client and the lookup do."""

import logging
import select
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from socket import SHUT_RDWR, SHUT_WR
from socket import socket as Socket  # noqa: N812 - a class, despite its lower-case name

from xivo_dird.agi.model import NAME_FUNCTION, STATUS_VARIABLE, CallOutcome
from xivo_dird.agi.protocol import (
    AgiChannel,
    CommandRefused,
    ConnectionEnded,
    InvalidAgi,
    set_variable_command,
)
from xivo_dird.agi.service import CallerNames
from xivo_dird.config.access import AuthorizedSubnet
from xivo_dird.threads.deadline import Deadline

ANSWER_SHARE = 0.1
"""Share of the timeout that is kept for the commands after the lookup."""

logger = logging.getLogger(__name__)


class AgiConnection:
    """A connection, see `tcp.connection`. Its deadline is kept by another thread, which may `expire` it any time.

    Attributes:
        deadline: When the connection has to end.
        is_expired: Whether it was ended then.
    """

    awaited_event = select.EPOLLIN
    is_idle = False
    waiting_since = 0.0
    unsent = 0

    def __init__(
        self,
        sock: Socket,
        subnet: AuthorizedSubnet,
        names: CallerNames,
        deadline: Deadline,
        on_close: Callable[["AgiConnection"], None],
    ) -> None:
        """Initialize.

        Args:
            sock: An accepted socket. It is made non-blocking.
            subnet: The network that the client is in.
            names: The names of callers.
            deadline: When the connection has to end.
            on_close: Called when it is closed.
        """
        sock.setblocking(False)
        self.socket = sock
        self.deadline = deadline
        self._subnet = subnet
        self._names = names
        self._on_close = on_close
        self._lock = threading.Lock()
        self._is_looking_up = False
        self.is_expired = False
        self._set_outcome: CallOutcome | None = None
        self._steps = self._answer(AgiChannel(self._receive, sock.sendall))
        next(self._steps)

    def communicate(self) -> bool:
        """Go on with what the client has sent, until it has to send more; return whether it has."""
        try:
            next(self._steps)
        except StopIteration as ended:
            outcome = ended.value
        except InvalidAgi as error:
            logger.debug("A connection sends %s", error)
            outcome = CallOutcome.INVALID
        except CommandRefused as error:
            if not error.is_hangup:
                problem = f"Asterisk refuses to set a variable: {error}"
                self._names.log_problem(CallOutcome.ERROR, problem)
            outcome = CallOutcome.HANGUP if error.is_hangup else CallOutcome.ERROR
        except (ConnectionEnded, OSError) as error:
            logger.debug("A connection ended early: %s", error)
            outcome = self._set_outcome or (CallOutcome.TIMEOUT if self.is_expired else CallOutcome.HANGUP)
        else:
            return True
        self._names.count(outcome)
        return False

    def expire(self) -> None:
        """End the connection. If the lookup still runs, set the status before, without waiting for the reply."""
        self.is_expired = True
        with suppress(OSError):  # it has ended
            if self._end_lookup():
                command = set_variable_command(STATUS_VARIABLE, CallOutcome.TIMEOUT.upper())
                # Nothing was sent before, so it fits into the buffer of the socket.
                self.socket.sendall(command)
                self.socket.shutdown(SHUT_WR)
            else:
                self.socket.shutdown(SHUT_RDWR)

    def is_timed_out(self) -> bool:
        """Return False: `expire` ends the connection, also during a lookup."""
        return False

    def send_timeout(self) -> None:
        """Send nothing."""

    def peer_closed(self) -> bool:
        """Return False: a lookup is short, and a client may close its sending side before."""
        return False

    def close(self) -> None:
        """Close the connection."""
        self._on_close(self)
        self.socket.close()

    def _receive(self, size: int) -> bytes | None:
        try:
            return self.socket.recv(size)
        except BlockingIOError:
            return None

    def _answer(self, channel: AgiChannel) -> Generator[None, None, CallOutcome]:
        variables = yield from channel.read_variables()
        with self._lock:
            self._is_looking_up = True
        kept = self.deadline.timeout * ANSWER_SHARE
        answer = self._names.find(variables, self._subnet, self.deadline.extended(-kept))
        if not self._end_lookup():
            return CallOutcome.TIMEOUT
        if answer.name:
            yield from channel.set_variable(NAME_FUNCTION, answer.name)
        self._set_outcome = answer.outcome
        yield from channel.set_variable(STATUS_VARIABLE, answer.outcome.upper())
        return answer.outcome

    def _end_lookup(self) -> bool:
        """Return whether the lookup was running until now, so that the calling thread has to send the status."""
        with self._lock:
            was_looking_up, self._is_looking_up = self._is_looking_up, False
        return was_looking_up
