"""The watch: lets whoever waits for events know that there are new ones, without everybody asking the store."""

import logging
import threading
from collections.abc import Callable

from xivo_dird.blocking import about_to_block
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.deadline import Deadline

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
"""So late is seen what another process recorded; what this one recorded is seen at once."""

STOP_SECONDS = 2.0


class EventWatch:
    """How far the events of the store go, as this process knows."""

    def __init__(self, read: Callable[[], int]) -> None:
        """`read` asks the store for the last sequence; raises `StoreUnavailable`."""
        self._read = read
        self._changed = threading.Condition()
        self._poked = threading.Event()
        self._stopping = False
        self._last = 0
        self._thread = threading.Thread(target=self._watch, name="events", daemon=True)

    def start(self) -> None:
        """Watch in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Let everybody who waits go on."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._poked.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def poke(self) -> None:
        """Have it look now: something was recorded here."""
        self._poked.set()

    def wait_beyond(self, sequence: int, deadline: Deadline) -> bool:
        """Wait until there is an event after `sequence`; False: there is none at the deadline."""
        about_to_block()
        with self._changed:
            self._changed.wait_for(
                lambda: self._last > sequence or self._stopping, timeout=deadline.remaining()
            )
            return self._last > sequence

    def _watch(self) -> None:
        while not self._stopping:
            self._poked.wait(POLL_SECONDS)
            self._poked.clear()
            try:
                last = self._read()
            except StoreUnavailable as error:
                logger.debug("new events are not seen meanwhile: %s", error)
                continue
            with self._changed:
                if last != self._last:
                    self._last = last
                    self._changed.notify_all()
