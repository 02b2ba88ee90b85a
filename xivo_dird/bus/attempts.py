"""What a thread of the bus does over and over: it works until something fails, tells that, and begins anew."""

import logging
from collections.abc import Callable

from xivo_dird.bus.state import StateBox
from xivo_dird.exceptions import Unavailable
from xivo_dird.threads.background import Background

FIRST_PAUSE = 0.5

logger = logging.getLogger(__name__)


class Attempts:
    """Attempts in a background thread; after a failure the pause is twice as long, until one is `worth_it`."""

    def __init__(self, background: Background, state: StateBox, longest_pause: float) -> None:
        """Tell failures to `state`; pauses are in seconds."""
        self._background = background
        self._state = state
        self._longest_pause = longest_pause
        self._pause = FIRST_PAUSE

    def worth_it(self) -> None:
        """Say that the present attempt has got somewhere: if it fails, the next one comes soon."""
        self._pause = FIRST_PAUSE

    def go_on(self, attempt: Callable[[], None], meanwhile: str, what: str) -> None:
        """Make attempts until the thread is to end; `meanwhile` and `what` tell in the log what a failure means."""
        while not self._background.is_stopping():
            try:
                attempt()
            except Unavailable as error:
                if self._state.failed(error.message) and not self._background.is_stopping():
                    logger.warning("%s: %s", meanwhile, error.message)
                self._wait()
            except Exception as error:
                self._state.failed(f"{type(error).__name__}: {error}")
                logger.exception("The %s of the bus failed; it goes on", what)
                self._wait()

    def _wait(self) -> None:
        self._background.wait(self._pause)
        self._pause = min(2 * self._pause, self._longest_pause)
