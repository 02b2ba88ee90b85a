"""Events that are too old for the feed are removed now and then."""

import logging

from xivo_dird.config.schema import Events
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.background import Background

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 600.0
SECONDS_PER_DAY = 86400


class EventCleanup:
    """Removes old events, at start and every ten minutes. Every process may do so."""

    def __init__(self, events: EventService, settings: Events, bus_enabled: bool) -> None:
        """Keep what the broker has not got yet, if there is one."""
        self._events = events
        self._keep_seconds = settings.keep_days * SECONDS_PER_DAY
        self._keep_unpublished = bus_enabled
        self._background = Background("events-cleanup", self._run)

    def start(self) -> None:
        """Work in a thread."""
        self._background.start()

    def stop(self) -> None:
        """Stop between two portions."""
        self._background.stop()

    def _run(self) -> None:
        while not self._background.is_stopping():
            try:
                removed = self._events.remove_old(self._keep_seconds, self._keep_unpublished)
            except StoreUnavailable as error:
                logger.warning("old events are kept for now: %s", error)
            else:
                if removed:
                    logger.info("Removed %d events that were older than the configuration says", removed)
            self._background.wait(INTERVAL_SECONDS)
