"""The state of a bus thread, shared with other threads."""

import logging
import threading

from xivo_dird.exceptions import Unavailable, describe_error
from xivo_dird.health import BusState

logger = logging.getLogger(__name__)


class StateHolder:
    """Holds the current state of one thread."""

    def __init__(self, initial_error: str) -> None:
        """Create a disconnected state with an error text."""
        self._lock = threading.Lock()
        self._state = BusState(False, initial_error)

    def set_connected(self) -> None:
        """Set the state to healthy, also when another process does the work."""
        self._set(BusState(True))

    def set_blocked(self, error: str) -> None:
        """Set the state to connected but blocked."""
        self._set(BusState(True, error))

    def set_failed(self, error: str) -> bool:
        """Set the state to disconnected; return whether the state changed."""
        return self._set(BusState(False, error))

    def report_failure(self, error: Exception, consequence: str, thread: str) -> None:
        """Store why an attempt failed and log it; a repeated `Unavailable` is logged once.

        Args:
            error: What the attempt raised.
            consequence: What an `Unavailable` means, for the log line.
            thread: The name of the thread, for the log line of any other error.
        """
        if not isinstance(error, Unavailable):
            self.set_failed(describe_error(error))
            logger.error("The %s of the bus failed and will retry", thread, exc_info=error)
        elif self.set_failed(error.message):
            logger.warning("%s: %s", consequence, error.message)

    def get(self) -> BusState:
        """Return the current state."""
        with self._lock:
            return self._state

    def _set(self, state: BusState) -> bool:
        with self._lock:
            before, self._state = self._state, state
            return before != state
