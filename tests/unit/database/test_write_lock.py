"""WriteLock: nobody is overtaken, a small change waits for one large one at most, and nobody waits in vain."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.database.write_lock import WriteLock
from xivo_dird.exceptions import StoreUnavailable


@dataclass
class Queue:
    """Changes that ask for their turn one after the other; `come` has their names once it came."""

    write_lock: WriteLock
    clients: ThreadPoolExecutor
    come: list[str] = field(default_factory=list)
    asked: list[Future[None]] = field(default_factory=list)

    def ask(self, name: str, large: bool = False) -> None:
        """Have a change ask, and wait until it is in the queue."""
        self.asked.append(self.clients.submit(self._take, name, large))
        wait_until(lambda: self.write_lock.waiting == len(self.asked))

    def finish(self) -> list[str]:
        """Wait for all of them."""
        for future in self.asked:
            future.result(TIMEOUT)
        assert self.write_lock.waiting == 0
        return self.come

    def _take(self, name: str, large: bool) -> None:
        with self.write_lock.taken(large):
            self.come.append(name)


def test_everybody_comes_in_the_order_of_asking() -> None:
    write_lock = WriteLock(TIMEOUT, TIMEOUT)
    with ThreadPoolExecutor(8) as clients:
        queue = Queue(write_lock, clients)
        with write_lock.taken():
            for name in "abcdefgh":
                queue.ask(name)
            assert queue.come == []
        assert queue.finish() == list("abcdefgh")


def test_small_changes_wait_for_one_large_one_at_most() -> None:
    write_lock = WriteLock(TIMEOUT, TIMEOUT)
    with ThreadPoolExecutor(8) as clients:
        queue = Queue(write_lock, clients)
        with write_lock.taken(large=True):
            for name in ("first", "second"):
                queue.ask(name, large=True)
            for name in ("small", "also small"):
                queue.ask(name)
        assert queue.finish() == ["small", "also small", "first", "second"]


@pytest.mark.parametrize("large", [True, False])
def test_a_turn_that_fails_ends_too(large: bool) -> None:
    write_lock = WriteLock(TIMEOUT, TIMEOUT)
    for _ in range(2):
        with pytest.raises(KeyError), write_lock.taken(large):
            raise KeyError


@pytest.mark.parametrize("large", [True, False])
def test_who_waited_long_enough_gives_up_and_is_not_called_any_more(large: bool) -> None:
    write_lock = WriteLock(0.01, 0.01)
    with ThreadPoolExecutor(1) as clients:
        with write_lock.taken(large):
            late = clients.submit(lambda: write_lock.taken(large).__enter__())
            with pytest.raises(StoreUnavailable, match=r"longer than 0\.01 s"):
                late.result(TIMEOUT)
            assert write_lock.waiting == 0
        with write_lock.taken(large):
            pass
