"""Limits how many passwords are checked at once, so that an attack costs little memory and few processors."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from xivo_dird.authenticator import Deadline, TooBusy, WaitsFor, waiting_for

MAX_CHECKS = 2
"""Passwords that a process checks at once; each check needs 19 MiB and some 20 ms of a processor."""

MAX_WAIT_SECONDS = 5.0
"""Seconds after the arrival of a request until which it waits for its check."""

RETRY_AFTER_SECONDS = 5


class PasswordChecks:
    """A limited number of slots, shared by threads."""

    def __init__(self, limit: int = MAX_CHECKS, max_wait: float = MAX_WAIT_SECONDS) -> None:
        """Create `limit` slots, for each of which a request waits at most `max_wait` seconds."""
        self._slots = Semaphore(limit)
        self._max_wait = max_wait

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot, and occupy it for the length of the block.

        Raises:
            TooBusy: None becomes free in time, or too many requests wait.
        """
        with waiting_for(WaitsFor.AUTHENTICATION):
            if not self._slots.acquire(timeout=Deadline.of_request(self._max_wait).remaining()):
                raise TooBusy("too many passwords are checked", RETRY_AFTER_SECONDS)
            try:
                yield
            finally:
                self._slots.release()
