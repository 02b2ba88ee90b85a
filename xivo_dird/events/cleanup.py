"""Events that are too old for the feed are removed now and then."""

import logging
import threading

from xivo_dird.config import Events
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import StoreUnavailable

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 600.0
STOP_SECONDS = 2.0
SECONDS_PER_DAY = 86400


class Cleanup:
    """Removes old events, at start and every ten minutes. Every process may do so."""

    def __init__(self, events: EventService, settings: Events, bus_enabled: bool) -> None:
        """Keep what the broker has not got yet, if there is one."""
        self._events = events
        self._keep_seconds = settings.keep_days * SECONDS_PER_DAY
        self._keep_unpublished = bus_enabled
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events-cleanup", daemon=True)

    def start(self) -> None:
        """Work in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop between two portions."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                removed = self._events.remove_old(self._keep_seconds, self._keep_unpublished)
            except StoreUnavailable as error:
                logger.warning("old events are kept for now: %s", error)
            else:
                if removed:
                    logger.info("Removed %d events that were older than the configuration says", removed)
            self._stopping.wait(INTERVAL_SECONDS)
