"""The state of a thread of the bus, as other threads see it."""

import logging
import threading

from xivo_dird.exceptions import Unavailable
from xivo_dird.health import BusState

logger = logging.getLogger(__name__)


class StateBox:
    """Holds one state."""

    def __init__(self, first: str) -> None:
        """Begin disconnected, for the reason `first`."""
        self._lock = threading.Lock()
        self._state = BusState(False, first)

    def connected(self) -> None:
        """All is well, be it that another process does the work."""
        self._set(BusState(True))

    def hindered(self, error: str) -> None:
        """Connected, but nothing moves."""
        self._set(BusState(True, error))

    def failed(self, error: str) -> bool:
        """Not connected; answer whether that is news."""
        return self._set(BusState(False, error))

    def report(self, error: Exception, meanwhile: str, what: str) -> None:
        """Keep why an attempt failed, and log it once; `meanwhile` and `what` say what that means."""
        if not isinstance(error, Unavailable):
            self.failed(f"{type(error).__name__}: {error}")
            logger.error("The %s of the bus failed; it goes on", what, exc_info=error)
        elif self.failed(error.message):
            logger.warning("%s: %s", meanwhile, error.message)

    def get(self) -> BusState:
        """Answer the present state."""
        with self._lock:
            return self._state

    def _set(self, state: BusState) -> bool:
        with self._lock:
            before, self._state = self._state, state
            return before != state
