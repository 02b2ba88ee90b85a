"""Notices that a process hangs: one that lists or indexes a directory uses processor time as long as it goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CHECKS = 20
"""Number of checks in the time after which a process is idle."""

MIN_USED_SECONDS = 0.0001
"""Processor time that is no error of measurement; the smallest page of a list takes several times as much."""


def _used_seconds() -> float:
    """Return the processor time of all threads of this process but the one that calls it."""
    return time.process_time() - time.thread_time()


@contextmanager
def watched(
    seconds: float,
    on_idle: Callable[[], None],
    used_seconds: Callable[[], float] = _used_seconds,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Call a function, in another thread, if this process does nothing for some time during the context.

    Args:
        seconds: The time; a server may take so long for a part of a list.
        on_idle: The function, called at most once.
        used_seconds: Returns the processor time that was used.
        clock: Returns the time in seconds.
    """
    has_ended = threading.Event()

    def watch() -> None:
        used, used_at = used_seconds(), clock()
        while not has_ended.wait(seconds / CHECKS):
            if used_seconds() - used >= MIN_USED_SECONDS:
                used, used_at = used_seconds(), clock()
            elif clock() - used_at >= seconds:
                on_idle()
                return

    threading.Thread(target=watch, name="idle watch", daemon=True).start()
    try:
        yield
    finally:
        has_ended.set()
