"""Turns: nobody is overtaken, a small change waits for one large one at most, and nobody waits in vain."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from patience import PATIENCE, until
from xivo_dird.database.turns import Turns
from xivo_dird.exceptions import StoreUnavailable


@dataclass
class Queue:
    """Changes that ask for their turn one after the other; `come` has their names once it came."""

    turns: Turns
    clients: ThreadPoolExecutor
    come: list[str] = field(default_factory=list)
    asked: list[Future[None]] = field(default_factory=list)

    def ask(self, name: str, large: bool = False) -> None:
        """Have a change ask, and wait until it is in the queue."""
        self.asked.append(self.clients.submit(self._take, name, large))
        until(lambda: self.turns.waiting == len(self.asked))

    def finish(self) -> list[str]:
        """Wait for all of them."""
        for future in self.asked:
            future.result(PATIENCE)
        assert self.turns.waiting == 0
        return self.come

    def _take(self, name: str, large: bool) -> None:
        with self.turns.taken(large):
            self.come.append(name)


def test_everybody_comes_in_the_order_of_asking() -> None:
    turns = Turns(PATIENCE, PATIENCE)
    with ThreadPoolExecutor(8) as clients:
        queue = Queue(turns, clients)
        with turns.taken():
            for name in "abcdefgh":
                queue.ask(name)
            assert queue.come == []
        assert queue.finish() == list("abcdefgh")


def test_small_changes_wait_for_one_large_one_at_most() -> None:
    turns = Turns(PATIENCE, PATIENCE)
    with ThreadPoolExecutor(8) as clients:
        queue = Queue(turns, clients)
        with turns.taken(large=True):
            for name in ("first", "second"):
                queue.ask(name, large=True)
            for name in ("small", "also small"):
                queue.ask(name)
        assert queue.finish() == ["small", "also small", "first", "second"]


@pytest.mark.parametrize("large", [True, False])
def test_a_turn_that_fails_ends_too(large: bool) -> None:
    turns = Turns(PATIENCE, PATIENCE)
    for _ in range(2):
        with pytest.raises(KeyError), turns.taken(large):
            raise KeyError


@pytest.mark.parametrize("large", [True, False])
def test_who_waited_long_enough_gives_up_and_is_not_called_any_more(large: bool) -> None:
    turns = Turns(0.01, 0.01)
    with ThreadPoolExecutor(1) as clients:
        with turns.taken(large):
            late = clients.submit(lambda: turns.taken(large).__enter__())
            with pytest.raises(StoreUnavailable, match=r"longer than 0\.01 s"):
                late.result(PATIENCE)
            assert turns.waiting == 0
        with turns.taken(large):
            pass
