"""Retries: pauses that double with each failure, and a loop that retries in the background."""

from collections.abc import Callable

from xivo_dird.threads.background import Background

MIN_PAUSE_SECONDS = 0.5


class Backoff:
    """The pauses after consecutive failures: each is twice the previous one, up to a maximum."""

    def __init__(self, max_pause: float, min_pause: float = MIN_PAUSE_SECONDS) -> None:
        """Create a backoff.

        Args:
            max_pause: Longest pause in seconds.
            min_pause: First pause in seconds.
        """
        self._min_pause = min_pause
        self._max_pause = max_pause
        self._next = min_pause

    def next_pause(self) -> float:
        """Return the pause after another failure, in seconds."""
        pause = self._next
        self._next = min(2 * pause, self._max_pause)
        return pause

    def reset(self) -> None:
        """Start again with the shortest pause, after a success."""
        self._next = self._min_pause


class RetryLoop:
    """Repeats an attempt until the background work stops; after each failure it pauses."""

    def __init__(
        self, background: Background, max_pause: float, min_pause: float = MIN_PAUSE_SECONDS
    ) -> None:
        """Create a loop.

        Args:
            background: The work that runs the loop.
            max_pause: Longest pause in seconds.
            min_pause: First pause in seconds.
        """
        self._background = background
        self._backoff = Backoff(max_pause, min_pause)

    def reset_backoff(self) -> None:
        """Record that the current attempt made progress: the pause after its failure is short."""
        self._backoff.reset()

    def run(self, attempt: Callable[[], None], on_error: Callable[[Exception], None]) -> None:
        """Call `attempt` repeatedly until the background work stops.

        Args:
            attempt: Called again when it returns or raises.
            on_error: Called with each exception of `attempt`, unless the work is stopping.
        """
        while not self._background.is_stopping():
            try:
                attempt()
            except Exception as error:  # noqa: BLE001 - passed to `on_error`, which handles it
                if self._background.is_stopping():
                    return
                on_error(error)
                self._background.wait(self._backoff.next_pause())
