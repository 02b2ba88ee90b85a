"""Reads that a request waits for until its deadline only, however long the database server takes."""

import time
from collections.abc import Callable
from typing import TypeVar

from xivo_dird.blocking import WaitsFor, waiting_for
from xivo_dird.exceptions import SourceUnavailable, StoreUnavailable, TooBusy
from xivo_dird.threads.breaker import Breaker, BreakerLimits
from xivo_dird.threads.bulkhead import Bulkhead, Call
from xivo_dird.threads.deadline import Deadline

ValueT = TypeVar("ValueT")

WORKERS, QUEUE = 8, 100

MIN_WAIT_SECONDS = 0.1
"""A request waits at least so long: what it reads last must not be lost because a source was late."""

MAX_WAIT_SECONDS = 120.0
"""A request without a deadline waits at most so long; the time limits of the database are shorter."""

HANGING_SECONDS = 0.25
"""A read that takes longer than its request can wait, and at least so long, hangs."""

BREAKER_LIMITS = BreakerLimits(failures=1, pause=1.0, max_pause=1.0)
"""After one read that hangs, no request waits until the database answers again."""


class TimedReads:
    """Runs reads on a few threads of their own, behind a circuit breaker."""

    def __init__(
        self,
        ping: Callable[[], None],
        hanging_seconds: float = HANGING_SECONDS,
        breaker_limits: BreakerLimits = BREAKER_LIMITS,
    ) -> None:
        """Create an object without threads.

        Args:
            ping: Returns if the database answers, otherwise raises an exception in limited time.
            hanging_seconds: A read that takes longer counts as a failure.
            breaker_limits: How many failures open the circuit breaker, and how often `ping` is called then.
        """
        self._ping = ping
        self._hanging_seconds = hanging_seconds
        self._bulkhead: Bulkhead[None] = Bulkhead("database", WORKERS, QUEUE)
        self._breaker = Breaker(breaker_limits, self._answers)

    def read(self, read: Callable[[], ValueT], deadline: Deadline) -> ValueT:
        """Return what `read` returns; it runs in another thread.

        Raises:
            StoreUnavailable: There was no answer by the deadline, or at once: there was none for others recently.
            Exception: Whatever `read` raises.
        """
        if self._breaker.is_open:
            raise StoreUnavailable("it has not answered in time recently")
        values: list[ValueT] = []
        self._run(lambda: values.append(read()), deadline)
        self._breaker.record_success()
        return values[0]

    def stop(self) -> None:
        """End all waits and the threads, without waiting for a read that hangs."""
        self._breaker.stop()
        self._bulkhead.close()

    def _run(self, work: Callable[[], None], deadline: Deadline) -> None:
        try:
            call = self._bulkhead.submit(object(), work)
            try:
                self._wait(call, min(max(deadline.remaining(), MIN_WAIT_SECONDS), MAX_WAIT_SECONDS))
            finally:
                call.release()
        except (SourceUnavailable, TooBusy) as error:
            raise StoreUnavailable(str(error)) from error

    def _wait(self, call: Call[None], seconds: float) -> None:
        started_at = time.monotonic()
        try:
            with waiting_for(WaitsFor.STORE):
                call.future.result(seconds)
        except TimeoutError as error:
            if time.monotonic() - started_at >= self._hanging_seconds:
                self._breaker.record_failure()
            raise StoreUnavailable(f"no answer within {seconds:g} s") from error

    def _answers(self) -> bool:
        try:
            self._ping()
        except StoreUnavailable:
            return False
        return True
