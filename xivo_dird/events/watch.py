"""The watch: knows of new events, and wakes the threads that wait for one of them, and no others.

Events of this process are reported to it after their commit; one thread polls for those of other processes.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from xivo_dird.blocking import notify_blocking
from xivo_dird.events.model import ALL_TENANTS, Address, EventScope
from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
"""The usual time between two polls for events of other processes; events of this process are seen immediately."""


class NewEvents(NamedTuple):
    """The events after a sequence number: the last one, and all addresses, None if they are too many to be read."""

    last: int
    addresses: Sequence[Address] | None


class Waiter:
    """A thread that waits for events of a scope; see `EventWatch.waiter`."""

    def __init__(self, after: int, names: Collection[str], is_stopping: Callable[[], bool]) -> None:
        """Create a waiter for events after a sequence number, with one of `names` (empty: any name)."""
        self._after = after
        self._names = frozenset(names)
        self._is_stopping = is_stopping
        self._event = threading.Event()

    def wait(self, deadline: Deadline) -> bool:
        """Wait for an event; return False if there is none at the deadline or when the watch stops.

        A few events wake the thread twice, or although they are not in its scope.
        """
        notify_blocking()
        is_woken = self._event.wait(deadline.remaining())
        self._event.clear()
        return is_woken and not self._is_stopping()

    def wake(self) -> None:
        """End the current wait, or the next one."""
        self._event.set()

    def wake_for(self, address: Address) -> None:
        """End the wait if this is one of the events that the thread waits for; its owner was compared before."""
        if address.sequence > self._after and (not self._names or address.name in self._names):
            self._event.set()


class EventWatch:
    """Tracks the last sequence number in the database, and the threads that wait for a higher one."""

    def __init__(self, read_new: Callable[[int], NewEvents], poll_seconds: float = POLL_SECONDS) -> None:
        """Create a stopped watch.

        Args:
            read_new: Returns the events after a sequence number, or raises `StoreUnavailable`. If the database has
                been replaced by an older one, the last sequence number may be lower.
            poll_seconds: Seconds between two polls for events of other processes.
        """
        self._read_new = read_new
        self._poll_seconds = poll_seconds
        self._lock = threading.Lock()
        self._waiters: defaultdict[Hashable, set[Waiter]] = defaultdict(set)
        self._polled = 0
        self._last = 0
        self._background = Background("events", self._watch)

    def start(self) -> None:
        """Start the thread."""
        self._background.start()

    def stop(self) -> None:
        """Stop the thread and end all waits."""
        self._background.request_stop()
        with self._lock:
            self._wake_all()
        self._background.stop()

    def report(self, addresses: Sequence[Address]) -> None:
        """Wake the threads that wait for one of these events, which this process has recorded."""
        with self._lock:
            self._last = max(self._last, addresses[-1].sequence)
            self._wake_for(addresses)

    @contextmanager
    def waiter(self, scope: EventScope, names: Collection[str], after: int) -> Iterator[Waiter]:
        """Yield the waiter of this thread, for events in a scope after a sequence number; see `Waiter`."""
        waiter = Waiter(after, names, self._background.is_stopping)
        keys = list(_owner_keys(scope))
        with self._lock:
            if self._last > after or self._background.is_stopping():
                waiter.wake()
            for key in keys:
                self._waiters[key].add(waiter)
        try:
            yield waiter
        finally:
            self._remove(waiter, keys)

    def wait_for_newer(self, sequence: int, deadline: Deadline) -> bool:
        """Wait for any event after `sequence`; see `Waiter.wait`."""
        with self.waiter(ALL_TENANTS, (), sequence) as waiter:
            return waiter.wait(deadline)

    def _watch(self) -> None:
        while not self._background.wait(self._poll_seconds):
            try:
                new = self._read_new(self._polled)
            except StoreUnavailable as error:
                logger.debug("New events are not seen while the database does not answer: %s", error)
                continue
            self._handle(new)

    def _handle(self, new: NewEvents) -> None:
        with self._lock:
            is_replaced = new.last < self._polled
            self._last = new.last if is_replaced else max(self._last, new.last)
            self._polled = new.last
            if is_replaced or new.addresses is None:
                self._wake_all()
            else:
                self._wake_for(new.addresses)

    def _wake_for(self, addresses: Sequence[Address]) -> None:
        for address in addresses:
            for key in _address_keys(address):
                for waiter in self._waiters.get(key, ()):
                    waiter.wake_for(address)

    def _wake_all(self) -> None:
        for waiters in self._waiters.values():
            for waiter in waiters:
                waiter.wake()

    def _remove(self, waiter: Waiter, keys: Sequence[Hashable]) -> None:
        with self._lock:
            for key in keys:
                self._waiters[key].discard(waiter)
                if not self._waiters[key]:
                    del self._waiters[key]


def _owner_keys(scope: EventScope) -> Iterator[Hashable]:
    """Yield the keys of a scope; it includes an event if and only if they have one key in common."""
    if scope.all_tenants:
        yield "all"
    if scope.user_uuid is not None:
        yield "user", scope.user_uuid
    if scope.tenant_uuid is not None:
        yield "tenant", scope.tenant_uuid


def _address_keys(address: Address) -> Iterator[Hashable]:
    """Yield the keys of the owners of an event; see `_owner_keys`."""
    yield "all"
    yield "user", address.user_uuid
    yield "tenant", address.tenant_uuid
