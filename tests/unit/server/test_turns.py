"""Turns: changes are handled in the order in which they came, a limited number at once."""

from queue import SimpleQueue

from xivo_dird.server.turns import Turns


def test_a_free_turn_is_taken_at_once() -> None:
    turns = Turns(2)
    assert [turns.take(lambda: None) for _ in range(3)] == [True, True, False]


def test_a_turn_that_ends_is_passed_on_in_the_order_of_arrival() -> None:
    turns, called = Turns(1), SimpleQueue[str]()
    assert turns.take(lambda: None)
    assert not turns.take(lambda: called.put("first"))
    assert not turns.take(lambda: called.put("second"))
    turns.end()
    turns.end()
    assert [called.get_nowait(), called.get_nowait()] == ["first", "second"]
    turns.end()
    assert turns.take(lambda: None)


def test_who_gives_up_is_passed_over_and_told_if_the_turn_has_come() -> None:
    turns, called = Turns(1), SimpleQueue[str]()

    def first() -> None:
        called.put("first")

    def second() -> None:
        called.put("second")

    assert turns.take(lambda: None)
    assert not turns.take(first)
    assert not turns.take(second)
    assert turns.give_up(first)
    turns.end()
    assert called.get_nowait() == "second"
    assert not turns.give_up(second)
    assert called.empty()
