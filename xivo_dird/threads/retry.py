"""Retries: pauses that grow from failure to failure, and a loop of attempts in the background."""

from collections.abc import Callable

from xivo_dird.threads.background import Background

MIN_PAUSE_SECONDS = 0.5


class Backoff:
    """The pauses between failures in a row, in seconds: each is twice the one before, up to a maximum."""

    def __init__(self, max_pause: float, min_pause: float = MIN_PAUSE_SECONDS) -> None:
        """Begin with `min_pause`."""
        self._min_pause = min_pause
        self._max_pause = max_pause
        self._next = min_pause

    def next_pause(self) -> float:
        """Return the pause after one more failure."""
        pause = self._next
        self._next = min(2 * pause, self._max_pause)
        return pause

    def reset(self) -> None:
        """Begin anew: something went well."""
        self._next = self._min_pause


class RetryLoop:
    """Attempts in a background thread, until it is to end; a pause follows each that fails."""

    def __init__(self, background: Background, max_pause: float) -> None:
        """Pause in `background`, at most `max_pause` seconds."""
        self._background = background
        self._backoff = Backoff(max_pause)

    def note_progress(self) -> None:
        """Have the next failure of this attempt be followed by a short pause."""
        self._backoff.reset()

    def run(self, attempt: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Call `attempt` again and again; `failed` gets what it raises, unless it is to end by then."""
        while not self._background.is_stopping():
            try:
                attempt()
            except Exception as error:  # noqa: BLE001 - handed to `failed`, which names it
                if self._background.is_stopping():
                    return
                failed(error)
                self._background.wait(self._backoff.next_pause())
