"""The watch: lets whoever waits for events know that there are new ones, without everybody asking the store."""

import logging
import threading
from collections.abc import Callable

from xivo_dird.blocking import notify_blocking
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
"""So late is seen what another process recorded; what this one recorded is seen at once."""


class EventWatch:
    """How far the events of the store go, as this process knows."""

    def __init__(self, read: Callable[[], int]) -> None:
        """`read` asks the store for the last sequence; raises `StoreUnavailable`."""
        self._read = read
        self._changed = threading.Condition()
        self._last = 0
        self._background = Background("events", self._watch)

    def start(self) -> None:
        """Watch in a thread."""
        self._background.start()

    def stop(self) -> None:
        """Let everybody who waits go on."""
        self._background.end()
        with self._changed:
            self._changed.notify_all()
        self._background.stop()

    def poke(self) -> None:
        """Have it look now: something was recorded here."""
        self._background.wake()

    def wait_beyond(self, sequence: int, deadline: Deadline) -> bool:
        """Wait until there is an event after `sequence`; False: there is none at the deadline."""
        notify_blocking()
        with self._changed:
            self._changed.wait_for(
                lambda: self._last > sequence or self._background.is_stopping(), timeout=deadline.remaining()
            )
            return self._last > sequence

    def _watch(self) -> None:
        while not self._background.wait(POLL_SECONDS):
            try:
                last = self._read()
            except StoreUnavailable as error:
                logger.debug("new events are not seen meanwhile: %s", error)
                continue
            with self._changed:
                if last != self._last:
                    self._last = last
                    self._changed.notify_all()
