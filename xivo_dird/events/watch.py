"""The watch: one thread per process that polls for new events and wakes all threads that wait for them."""

import logging
import threading
from collections.abc import Callable

from xivo_dird.blocking import notify_blocking
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
"""Seconds between two polls for events of other processes; events of this process are seen immediately."""


class EventWatch:
    """Tracks the last sequence number in the database."""

    def __init__(self, read_last: Callable[[], int]) -> None:
        """Create a stopped watch.

        Args:
            read_last: Returns the last sequence number in the database, or raises `StoreUnavailable`.
        """
        self._read_last = read_last
        self._changed = threading.Condition()
        self._last = 0
        self._background = Background("events", self._watch)

    def start(self) -> None:
        """Start the thread."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread and end all waits."""
        self._background.request_stop()
        with self._changed:
            self._changed.notify_all()
        self._background.stop()

    def wake(self) -> None:
        """Poll now, because this process has recorded an event."""
        self._background.wake()

    def wait_for_newer(self, sequence: int, deadline: Deadline) -> bool:
        """Wait for an event after `sequence`; return False if there is none at the deadline or when the watch stops."""
        notify_blocking()
        with self._changed:
            self._changed.wait_for(
                lambda: self._last > sequence or self._background.is_stopping(), timeout=deadline.remaining()
            )
            return self._last > sequence

    def _watch(self) -> None:
        while not self._background.wait(POLL_SECONDS):
            try:
                last = self._read_last()
            except StoreUnavailable as error:
                logger.debug("New events are not seen while the database does not answer: %s", error)
                continue
            with self._changed:
                if last != self._last:
                    self._last = last
                    self._changed.notify_all()
