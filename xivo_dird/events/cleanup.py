"""The periodic removal of old events."""

import logging

from xivo_dird.config.schema import Events
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.background import Background

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 600.0
SECONDS_PER_DAY = 86400


class EventCleanup:
    """Removes old events at start and every ten minutes. Several processes may do so at the same time."""

    def __init__(self, events: EventService, settings: Events, bus_enabled: bool) -> None:
        """Create a stopped cleanup.

        Args:
            events: The events of the database.
            settings: The `events` section of the configuration.
            bus_enabled: If True, events that the broker has not confirmed yet are not removed.
        """
        self._events = events
        self._max_age_seconds = settings.keep_days * SECONDS_PER_DAY
        self._keep_unpublished = bus_enabled
        self._background = Background("events-cleanup", self._run)

    def start(self) -> None:
        """Start the thread."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._background.stop()

    def _run(self) -> None:
        while not self._background.is_stopping():
            try:
                removed = self._events.remove_old(self._max_age_seconds, self._keep_unpublished)
            except StoreUnavailable as error:
                logger.warning("Old events could not be removed and are kept for now: %s", error)
            else:
                if removed:
                    logger.info("Removed %d events older than events.keep_days", removed)
            self._background.wait(INTERVAL_SECONDS)
