"""The write lock is fair, and a small change waits for at most one large change."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.database.write_lock import WriteLock
from xivo_dird.exceptions import StoreUnavailable


@dataclass
class WaitingChanges:
    """Changes that request the lock one after the other; `granted` has their names in the order of grants."""

    write_lock: WriteLock
    pool: ThreadPoolExecutor
    granted: list[str] = field(default_factory=list)
    futures: list[Future[None]] = field(default_factory=list)

    def add(self, name: str, large: bool = False) -> None:
        """Start a change and wait until it is in the queue."""
        self.futures.append(self.pool.submit(self._run, name, large))
        wait_until(lambda: self.write_lock.waiter_count == len(self.futures))

    def finish(self) -> list[str]:
        """Wait for all changes; return their names in the order of grants."""
        for future in self.futures:
            future.result(TIMEOUT)
        assert self.write_lock.waiter_count == 0
        return self.granted

    def _run(self, name: str, large: bool) -> None:
        with self.write_lock.hold(large):
            self.granted.append(name)


def test_the_lock_is_granted_in_the_order_of_requests() -> None:
    write_lock = WriteLock(TIMEOUT, TIMEOUT)
    with ThreadPoolExecutor(8) as pool:
        changes = WaitingChanges(write_lock, pool)
        with write_lock.hold():
            for name in "abcdefgh":
                changes.add(name)
            assert changes.granted == []
        assert changes.finish() == list("abcdefgh")


def test_small_changes_wait_for_at_most_one_large_change() -> None:
    write_lock = WriteLock(TIMEOUT, TIMEOUT)
    with ThreadPoolExecutor(8) as pool:
        changes = WaitingChanges(write_lock, pool)
        with write_lock.hold(large=True):
            for name in ("first", "second"):
                changes.add(name, large=True)
            for name in ("small", "also small"):
                changes.add(name)
        assert changes.finish() == ["small", "also small", "first", "second"]


@pytest.mark.parametrize("large", [True, False])
def test_a_change_that_fails_releases_the_lock(large: bool) -> None:
    write_lock = WriteLock(TIMEOUT, TIMEOUT)
    for _ in range(2):
        with pytest.raises(KeyError), write_lock.hold(large):
            raise KeyError


@pytest.mark.parametrize("large", [True, False])
def test_a_thread_gives_up_after_the_maximum_wait_and_leaves_the_queue(large: bool) -> None:
    write_lock = WriteLock(0.01, 0.01)
    with ThreadPoolExecutor(1) as pool:
        with write_lock.hold(large):
            late = pool.submit(lambda: write_lock.hold(large).__enter__())
            with pytest.raises(StoreUnavailable, match=r"longer than 0\.01 s"):
                late.result(TIMEOUT)
            assert write_lock.waiter_count == 0
        with write_lock.hold(large):
            pass
