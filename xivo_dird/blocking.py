"""Who waits for something outside this process says so first: whatever counts on this thread can go on without it."""

import threading
from collections.abc import Callable


class _Told(threading.local):
    """What the present thread does before it waits."""

    def __init__(self) -> None:
        self.before: Callable[[], None] | None = None


_told = _Told()


def set_blocking_callback(act: Callable[[], None]) -> None:
    """Have `act` done by the calling thread each time it is about to block; it returns at once and raises nothing."""
    _told.before = act


def notify_blocking() -> None:
    """Say that the calling thread may wait now: for a server, a disk, a lock. To say it twice costs nothing."""
    if _told.before is not None:
        _told.before()
