"""Notifications before a thread blocks, so that another thread can take over its other work."""

import threading
from collections.abc import Callable


class _Callback(threading.local):
    """The callback of the current thread."""

    def __init__(self) -> None:
        self.before_blocking: Callable[[], None] | None = None


_callback = _Callback()


def set_blocking_callback(callback: Callable[[], None]) -> None:
    """Set the function that runs in the calling thread each time before it blocks.

    Args:
        callback: Must return immediately and raise nothing.
    """
    _callback.before_blocking = callback


def notify_blocking() -> None:
    """Call the callback of this thread, which is about to wait for a server, a disk or a lock.

    Repeated calls are harmless and cheap.
    """
    if _callback.before_blocking is not None:
        _callback.before_blocking()
