"""One connection of Asterisk, which ends at its deadline whatever the client and the lookup do."""

import logging
import threading
from contextlib import suppress
from socket import SHUT_RDWR, SHUT_WR, socket

from xivo_dird.agi.model import NAME_FUNCTION, STATUS_VARIABLE, CallAnswer, CallOutcome
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


class AgiCall:
    """A connection. One thread runs it; another one may `expire` it meanwhile, even while a lookup hangs.

    Attributes:
        deadline: When the connection has to end.
    """

    def __init__(
        self, sock: socket, subnet: AuthorizedSubnet, names: CallerNames, deadline: Deadline
    ) -> None:
        """Initialize with an accepted connection and the network that its client is in."""
        self.deadline = deadline
        self._sock = sock
        self._subnet = subnet
        self._names = names
        self._lock = threading.Lock()
        self._is_looking_up = False
        self._is_expired = False

    def run(self) -> CallOutcome:
        """Serve the connection, and return how it ended. It has to be closed then."""
        try:
            with self._sock.makefile("rb") as stream:
                return self._answer(AgiChannel(stream, self._sock.sendall))
        except InvalidAgi as error:
            logger.debug("A connection sends %s", error)
            return CallOutcome.INVALID
        except CommandRefused as error:
            if not error.is_hangup:
                problem = f"Asterisk refuses to set a variable: {error}"
                self._names.log_problem(CallOutcome.ERROR, problem)
                return CallOutcome.ERROR
        except (ConnectionEnded, OSError) as error:
            logger.debug("A connection ended early: %s", error)
        return CallOutcome.TIMEOUT if self._is_expired else CallOutcome.HANGUP

    def expire(self) -> None:
        """End the connection. If the lookup still runs, set the status before, without waiting for the reply."""
        self._is_expired = True
        with suppress(OSError):  # it has ended
            if self._end_lookup():
                command = set_variable_command(STATUS_VARIABLE, CallOutcome.TIMEOUT.upper())
                # Nothing was sent before, so it fits into the buffer of the socket.
                self._sock.sendall(command)
                self._sock.shutdown(SHUT_WR)
            else:
                self._sock.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()

    def _answer(self, channel: AgiChannel) -> CallOutcome:
        variables = channel.read_variables()
        with self._lock:
            self._is_looking_up = True
        kept = self.deadline.timeout * ANSWER_SHARE
        answer = self._names.find(variables, self._subnet, self.deadline.extended(-kept))
        if not self._end_lookup():
            return CallOutcome.TIMEOUT
        self._set(channel, answer)
        return answer.outcome

    def _set(self, channel: AgiChannel, answer: CallAnswer) -> None:
        if answer.name:
            channel.set_variable(NAME_FUNCTION, answer.name)
        channel.set_variable(STATUS_VARIABLE, answer.outcome.upper())

    def _end_lookup(self) -> bool:
        """Return whether the lookup was running until now, so that the calling thread has to send the status."""
        with self._lock:
            was_looking_up, self._is_looking_up = self._is_looking_up, False
        return was_looking_up
