"""When the request came that a thread answers: what it waited for its turn is part of its time limit."""

import threading


class _Known(threading.local):
    """What the present thread answers."""

    def __init__(self) -> None:
        self.at: float | None = None


_known = _Known()


def note_arrival(at: float) -> None:
    """Say when the request came that the calling thread answers from now on (`time.monotonic`)."""
    _known.at = at


def waited_before(now: float) -> float:
    """Answer for how many seconds it has been here by `now`; 0.0 where nobody said when it came."""
    return 0.0 if _known.at is None else max(0.0, now - _known.at)
