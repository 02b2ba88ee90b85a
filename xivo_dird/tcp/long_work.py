"""Requests that take long take turns at computing, so that the others hardly notice them.

Python computes in one thread at a time. If a hundred long requests did so, a short one would wait for each of them
whenever it wants to go on. So only one of them computes, and it pauses between portions while a short one is served.
The owners of requests take turns, each for a slice of time; the requests of one owner are completed one after the
other, which is sooner than all of them at the end. A request whose client has gone ends.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Protocol

from xivo_dird.blocking import WaitingThreads, WaitsFor
from xivo_dird.exceptions import RequestAbandoned, TooManyRequests

SLICE_SECONDS = 0.02
"""How long a thread computes, at least, before another owner's does."""

PAUSES_PER_PORTION = 2
"""How many times as long as it has just computed a request pauses, if a short one is served then."""

MAX_PAUSE_SECONDS = 0.01

MAX_WAITING = 4
"""How many long requests of an owner may wait before the next ones wait with them, whether they are long or not."""

MAX_ENTERED = 32
"""How many requests of an owner may wait in all; the next ones are refused."""

MAX_WAIT_SECONDS = 5.0
"""Seconds after which a request that has not begun is refused."""


class _Waiter:
    """A thread that waits for the turn."""

    def __init__(self, owner: str) -> None:
        self.thread = threading.current_thread()
        self.owner = owner
        self.has_turn = threading.Event()


class ServedRequests(Protocol):
    """What the threads that serve requests know of them."""

    def is_short(self) -> bool:
        """Return whether the request of the calling thread is short until now, and need not wait."""

    def has_short_one(self) -> bool:
        """Return whether a request is served that is short until now."""

    def is_abandoned(self) -> bool:
        """Return whether the client of the calling thread has gone."""


class LongWork:
    """The turn and those who wait for it, by owner."""

    def __init__(
        self,
        waiting_threads: WaitingThreads,
        served: ServedRequests,
        slice_seconds: float = SLICE_SECONDS,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Create a turn that nobody has.

        Args:
            waiting_threads: Counts and limits the threads that wait.
            served: The requests that are served, short ones and long ones.
            slice_seconds: How long a thread computes before another owner's does.
            max_wait_seconds: How long a request waits to be begun.
            pause: Lets the other threads compute for so many seconds.
        """
        self._waiting_threads = waiting_threads
        self._served = served
        self._pause = pause
        self._slice_seconds = slice_seconds
        self._max_wait_seconds = max_wait_seconds
        self._lock = threading.Lock()
        self._holder: threading.Thread | None = None
        self._until = 0.0
        self._portion_began_at = 0.0
        self._queues: OrderedDict[str, deque[_Waiter]] = OrderedDict()

    def is_crowded(self, owner: str) -> bool:
        """Return whether so many long requests of an owner wait that the next one has to `enter`."""
        queue = self._queues.get(owner)
        return queue is not None and len(queue) >= MAX_WAITING

    def enter(self, owner: str) -> None:
        """Wait behind the other long requests of an owner.

        Raises:
            TooManyRequests: They are too many, or take too long.
            TooBusy: Too many threads wait.
            RequestAbandoned: The client has gone in the meantime.
        """
        queue = self._queues.get(owner, ())
        if len(queue) >= MAX_ENTERED or not self._wait(_Waiter(owner), self._max_wait_seconds):
            raise TooManyRequests("too many requests of this user take long", round(self._max_wait_seconds))
        self._end_if_abandoned()

    def share(self, owner: str, timeout: float) -> None:
        """Wait for the turn unless it is free; with the turn, let a short request go first, or another owner.

        Args:
            owner: For whom the thread works.
            timeout: Seconds after which the thread goes on without the turn.

        Raises:
            TooBusy: Too many threads wait.
            RequestAbandoned: The client has gone.
        """
        if self._holder is not threading.current_thread():
            if self._served.is_short():
                return
            self._wait(_Waiter(owner), timeout)
        elif self._queues.keys() - {owner} and time.monotonic() >= self._until:
            self._wait(_Waiter(owner), timeout)
        else:
            self._let_short_ones_go_first(timeout)
        self._end_if_abandoned()

    def end(self) -> None:
        """Pass the turn on if this thread has it."""
        if self._holder is threading.current_thread():
            with self._lock:
                self._pass_on()

    def _let_short_ones_go_first(self, timeout: float) -> None:
        computed = time.monotonic() - self._portion_began_at
        if self._served.has_short_one():
            self._pause(min(PAUSES_PER_PORTION * computed, MAX_PAUSE_SECONDS, timeout))
        self._portion_began_at = time.monotonic()

    def _end_if_abandoned(self) -> None:
        if self._served.is_abandoned():
            raise RequestAbandoned("the client has gone")

    def _wait(self, waiter: _Waiter, timeout: float) -> bool:
        """Wait for the turn, and return whether it came; a thread that has it passes it on, and comes next."""
        with self._waiting_threads.waiting_for(WaitsFor.LONG_WORK):
            with self._lock:
                queue = self._queues.setdefault(waiter.owner, deque())
                if self._holder is waiter.thread:
                    queue.appendleft(waiter)
                    self._queues.move_to_end(waiter.owner)
                    self._pass_on()
                else:
                    queue.append(waiter)
                    if self._holder is None:
                        self._pass_on()
            return waiter.has_turn.wait(min(timeout, threading.TIMEOUT_MAX)) or not self._leave(waiter)

    def _pass_on(self) -> None:
        """Pass the turn to the first thread of the owner who has waited for the longest time."""
        if not self._queues:
            self._holder = None
            return
        owner, queue = self._queues.popitem(last=False)
        waiter = queue.popleft()
        if queue:
            self._queues[owner] = queue
        self._holder = waiter.thread
        self._portion_began_at = time.monotonic()
        self._until = self._portion_began_at + self._slice_seconds
        waiter.has_turn.set()

    def _leave(self, waiter: _Waiter) -> bool:
        """Leave the queue; return False if the turn has come in the meantime."""
        with self._lock:
            if waiter.has_turn.is_set():
                return False
            queue = self._queues[waiter.owner]
            queue.remove(waiter)
            if not queue:
                del self._queues[waiter.owner]
            return True
