"""Hints that take too long are left out."""

import itertools

from xivo_dird.diagnosis import service


def test_hints_end_in_time_and_say_that_there_may_be_more(monkeypatch):
    monkeypatch.setattr(service, "MAX_HINT_SECONDS", 0.01)
    hints = list(service.hints_in_time(map(str, itertools.count())))
    assert hints[-1] == "there may be further hints, which take too long"
    assert hints[:-1] == [str(number) for number in range(len(hints) - 1)]


def test_a_few_hints_are_complete():
    assert list(service.hints_in_time(iter("abc"))) == ["a", "b", "c"]
