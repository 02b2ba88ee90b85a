"""Answers that are kept for a short time."""

import threading
from dataclasses import replace

import pytest

from unit.directory.conftest import CALLER
from waiting import TIMEOUT
from xivo_dird.backend import CachedOptions, SourceUnavailable
from xivo_dird.directory.answer_cache import MAX_ANSWERS, MAX_ENTRIES, CachedBackend
from xivo_dird.directory.question import Fetch, FirstMatch, Search, SearchSimilar, SearchTyped
from xivo_dird.threads.deadline import Deadline

OTHER_USER = replace(CALLER, user_uuid="another")
OTHER_TOKEN = replace(CALLER, token="another")


class Counting:
    """Answers what it is told and counts how often it is asked."""

    waits = True

    def __init__(self):
        self.asked = []
        self.entries = [{"name": "Ada"}]
        self.error = None

    def answer(self, question, caller, deadline):
        self.asked.append(question)
        if self.error:
            raise self.error
        return iter(self.entries)

    def state(self):
        return None

    def close(self):
        pass


@pytest.fixture
def directory():
    return Counting()


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def cached(directory, now):
    def make(found=10, nothing=2, same_for_all=True):
        options = CachedOptions(name="staff", cache_seconds=found, cache_nothing_seconds=nothing)
        return CachedBackend(directory, options, same_for_all=same_for_all, clock=lambda: now[0])

    return make


def search(cache, term="ada", caller=CALLER):
    return list(cache.answer(Search(term), caller, Deadline.after(TIMEOUT)))


def test_an_answer_is_given_again_until_its_time_is_over(cached, directory, now):
    cache = cached()
    assert search(cache) == search(cache) == [{"name": "Ada"}]
    now[0] += 9.9
    search(cache)
    assert directory.asked == [Search("ada")]
    now[0] += 0.1
    search(cache)
    assert directory.asked == [Search("ada"), Search("ada")]


def test_that_nobody_was_found_has_a_time_of_its_own(cached, directory, now):
    cache, directory.entries = cached(), []
    assert search(cache) == search(cache) == []
    now[0] += 2
    search(cache)
    assert directory.asked == [Search("ada"), Search("ada")]
    for _ in range(2):
        assert list(cache.answer(FirstMatch("2"), CALLER, Deadline.after(TIMEOUT))) == []
    assert directory.asked[2:] == [FirstMatch("2")]


def test_zero_seconds_keep_nothing(cached, directory):
    only_found = cached(nothing=0)
    directory.entries = []
    search(only_found)
    search(only_found)
    assert len(directory.asked) == 2


def test_questions_of_different_kinds_are_different(cached, directory):
    cache = cached()
    questions = [kind("2") for kind in (Search, SearchTyped, SearchSimilar, FirstMatch)] + [Fetch(("2",))]
    for question in questions:
        cache.answer(question, CALLER, Deadline.after(TIMEOUT))
        cache.answer(question, CALLER, Deadline.after(TIMEOUT))
    assert directory.asked == questions


def test_answers_are_kept_for_each_caller_unless_they_are_the_same_for_all(cached, directory):
    for caller in (CALLER, OTHER_USER, OTHER_TOKEN, CALLER):
        search(own := cached(same_for_all=False), caller=caller)
    assert len(directory.asked) == 4
    for caller in (CALLER, OTHER_USER, OTHER_TOKEN):
        directory.entries = [{"name": f"{caller.user_uuid}{caller.token}"}]
        search(own, "x", caller)
    assert search(own, "x", OTHER_USER) == [{"name": "anothertoken"}]
    directory.asked.clear()
    shared = cached()
    for caller in (CALLER, OTHER_USER, OTHER_TOKEN):
        search(shared, "y", caller)
    assert directory.asked == [Search("y")]


def test_an_error_is_not_kept(cached, directory):
    cache, directory.error = cached(), SourceUnavailable("no line")
    with pytest.raises(SourceUnavailable):
        search(cache)
    directory.error = None
    assert search(cache) == [{"name": "Ada"}]


def test_only_so_many_answers_are_kept_those_asked_for_last(cached, directory):
    cache = cached()
    for number in range(MAX_ANSWERS + 1):
        search(cache, str(number))
        search(cache, "0")
    asked = len(directory.asked)
    search(cache, "0")
    search(cache, "2")
    assert len(directory.asked) == asked
    search(cache, "1")
    assert len(directory.asked) == asked + 1


def test_a_very_long_answer_is_not_kept(cached, directory):
    cache, directory.entries = cached(), [{"name": "Ada"}] * (MAX_ENTRIES + 1)
    search(cache)
    search(cache)
    assert len(directory.asked) == 2


def test_many_threads_may_ask(cached):
    cache, found = cached(), []
    threads = [
        threading.Thread(target=lambda n=n: found.append(search(cache, str(n % 300)))) for n in range(900)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert found == [[{"name": "Ada"}]] * 900
