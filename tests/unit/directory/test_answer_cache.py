"""The cache of the answers of a source."""

import threading
from dataclasses import replace

import pytest

from unit.directory.conftest import CALLER
from waiting import TIMEOUT
from xivo_dird.backend import CachedOptions, SourceUnavailable
from xivo_dird.directory.answer_cache import (
    MAX_CACHED_ENTRIES,
    MAX_ENTRIES,
    MAX_KEY_CHARACTERS,
    CachedBackend,
)
from xivo_dird.directory.question import Fetch, FirstMatch, MatchAll, Search, SearchSimilar, SearchTyped
from xivo_dird.threads.deadline import Deadline

OTHER_USER = replace(CALLER, user_uuid="another")
OTHER_TOKEN = replace(CALLER, token="another")


class RecordingBackend:
    """Returns its entries or raises its error, and records the questions."""

    is_blocking = True
    is_busy = False
    fails_for_all = True
    answers_retired = True

    def __init__(self):
        self.questions = []
        self.callers = []
        self.deadlines = []
        self.done = []
        self.entries = [{"name": "Ada"}]
        self.answered = None
        self.error = None

    def answer(self, question, caller, deadline):
        self.questions.append(question)
        self.callers.append(caller)
        self.deadlines.append(deadline)
        if self.error:
            raise self.error
        return iter(self.entries)

    def match_all(self, question, caller, deadline):
        self.answer(question, caller, deadline)
        return {exten: next(iter(self.entries), None) for exten in question.extens[: self.answered]}

    def state(self):
        return "its state"

    def retire(self):
        self.done.append("retired")

    def close(self):
        self.done.append("closed")


@pytest.fixture
def backend():
    return RecordingBackend()


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def open_cache(backend, now):
    def open_(found=10, nothing=2, is_caller_independent=True):
        options = CachedOptions(name="staff", cache_seconds=found, cache_nothing_seconds=nothing)
        return CachedBackend(
            backend, options, is_caller_independent=is_caller_independent, clock=lambda: now[0]
        )

    return open_


def search(cache, term="ada", caller=CALLER):
    return list(cache.answer(Search(term), caller, Deadline.after(TIMEOUT)))


def test_an_answer_is_cached_until_it_expires(open_cache, backend, now):
    cache = open_cache()
    assert search(cache) == search(cache) == [{"name": "Ada"}]
    now[0] += 9.9
    search(cache)
    assert backend.questions == [Search("ada")]
    now[0] += 0.1
    search(cache)
    assert backend.questions == [Search("ada"), Search("ada")]


def test_an_empty_answer_has_its_own_time_to_live(open_cache, backend, now):
    cache, backend.entries = open_cache(), []
    assert search(cache) == search(cache) == []
    now[0] += 2
    search(cache)
    assert backend.questions == [Search("ada"), Search("ada")]
    for _ in range(2):
        assert list(cache.answer(FirstMatch("2"), CALLER, Deadline.after(TIMEOUT))) == []
    assert backend.questions[2:] == [FirstMatch("2")]


def test_zero_seconds_disable_the_cache(open_cache, backend):
    cache = open_cache(nothing=0)
    backend.entries = []
    search(cache)
    search(cache)
    assert len(backend.questions) == 2


def test_questions_of_different_kinds_have_different_answers(open_cache, backend):
    cache = open_cache()
    questions = [kind("2") for kind in (Search, SearchTyped, SearchSimilar, FirstMatch)] + [Fetch(("2",))]
    for question in questions:
        cache.answer(question, CALLER, Deadline.after(TIMEOUT))
        cache.answer(question, CALLER, Deadline.after(TIMEOUT))
    assert backend.questions == questions


def test_each_caller_has_its_own_answers_unless_all_get_the_same(open_cache, backend):
    private = open_cache(is_caller_independent=False)
    for caller in (CALLER, OTHER_USER, OTHER_TOKEN, CALLER):
        search(private, caller=caller)
    assert len(backend.questions) == 3
    for caller in (CALLER, OTHER_USER, OTHER_TOKEN):
        backend.entries = [{"name": f"{caller.user_uuid}{caller.token}"}]
        search(private, "x", caller)
    assert search(private, "x", OTHER_USER) == [{"name": "anothertoken"}]
    backend.questions.clear()
    shared = open_cache()
    for caller in (CALLER, OTHER_USER, OTHER_TOKEN):
        search(shared, "y", caller)
    assert backend.questions == [Search("y")]


def test_an_error_is_not_cached(open_cache, backend):
    cache, backend.error = open_cache(), SourceUnavailable("no line")
    with pytest.raises(SourceUnavailable):
        search(cache)
    backend.error = None
    assert search(cache) == [{"name": "Ada"}]


def test_the_least_recently_used_answer_is_removed_from_a_full_cache(open_cache, backend):
    cache, backend.entries = open_cache(), [{"name": "Ada"}] * (MAX_ENTRIES - 1)
    for number in range(MAX_CACHED_ENTRIES // MAX_ENTRIES + 1):
        search(cache, str(number))
        search(cache, "0")
    sent = len(backend.questions)
    search(cache, "0")
    search(cache, "2")
    assert len(backend.questions) == sent
    search(cache, "1")
    assert len(backend.questions) == sent + 1


def test_the_answer_to_a_very_long_question_is_not_cached(open_cache, backend):
    cache = open_cache()
    for _ in range(2):
        search(cache, "x" * MAX_KEY_CHARACTERS)
    assert len(backend.questions) == 1
    for _ in range(2):
        search(cache, "x" * (MAX_KEY_CHARACTERS + 1))
    assert len(backend.questions) == 3


@pytest.mark.parametrize("user", ["user", None])
def test_the_caller_of_a_private_answer_counts_in_its_length(open_cache, backend, user):
    caller = replace(CALLER, user_uuid=user)
    used = len(caller.token + caller.tenant_uuid + (user or ""))
    shared, private = open_cache(), open_cache(is_caller_independent=False)
    for cache, characters, sent in (
        (private, MAX_KEY_CHARACTERS - used, 1),
        (private, MAX_KEY_CHARACTERS - used + 1, 2),
        (shared, MAX_KEY_CHARACTERS, 1),
    ):
        backend.questions.clear()
        for _ in range(2):
            search(cache, "x" * characters, caller)
        assert len(backend.questions) == sent
    backend.questions.clear()
    for _ in range(2):
        private.answer(Fetch(("x" * 500, "y" * (501 - used))), caller, Deadline.after(TIMEOUT))
    assert len(backend.questions) == 2


def test_a_very_long_answer_is_not_cached(open_cache, backend):
    cache, backend.entries = open_cache(), [{"name": "Ada"}] * (MAX_ENTRIES + 1)
    search(cache)
    search(cache)
    assert len(backend.questions) == 2
    backend.entries.pop()
    assert search(cache) == search(cache) == backend.entries
    assert len(backend.questions) == 3


def test_a_cached_answer_has_all_entries_in_their_order(open_cache, backend):
    cache, backend.entries = open_cache(), [{"name": "Ada"}, {"name": "Bob"}, {"name": "Cy"}]
    for question in (Search("x"), FirstMatch("x")):
        answers = [list(cache.answer(question, CALLER, Deadline.after(TIMEOUT))) for _ in range(3)]
        assert answers == [backend.entries] * 3


def test_a_cached_match_stays_until_it_expires_although_the_number_moves(open_cache, backend, now):
    cache = open_cache()

    def match(exten):
        return list(cache.answer(FirstMatch(exten), CALLER, Deadline.after(TIMEOUT)))

    assert match("100") == [{"name": "Ada"}]
    backend.entries = []
    assert match("100") == [{"name": "Ada"}]
    assert match("200") == []
    now[0] += 10
    assert match("100") == []


def test_the_backend_gets_the_caller_and_the_deadline(open_cache, backend):
    deadline = Deadline.after(TIMEOUT)
    for is_caller_independent in (True, False):
        cache = open_cache(is_caller_independent=is_caller_independent)
        cache.answer(Search("ada"), OTHER_USER, deadline)
    assert backend.callers == [OTHER_USER] * 2
    assert backend.deadlines == [deadline] * 2


def test_everything_but_answers_comes_from_the_backend(open_cache, backend):
    cache = open_cache()
    for is_true in (True, False):
        backend.is_blocking = backend.is_busy = backend.fails_for_all = backend.answers_retired = is_true
        assert (cache.is_blocking, cache.is_busy, cache.fails_for_all, cache.answers_retired) == (
            is_true,
        ) * 4
    assert cache.state() == "its state"
    cache.retire()
    cache.close()
    assert backend.done == ["retired", "closed"]


def test_many_threads_can_share_a_cache(open_cache):
    cache, found = open_cache(), []
    threads = [
        threading.Thread(target=lambda n=n: found.append(search(cache, str(n % 20)))) for n in range(60)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert found == [[{"name": "Ada"}]] * 60


def match_all(cache, *extens, caller=CALLER):
    return dict(cache.match_all(MatchAll(extens), caller, Deadline.after(TIMEOUT)))


def test_of_many_numbers_only_those_are_asked_for_that_are_not_cached(open_cache, backend):
    cache = open_cache()
    assert match_all(cache, "1", "2") == {"1": {"name": "Ada"}, "2": {"name": "Ada"}}
    backend.entries = []
    assert match_all(cache, "2", "3", "1") == {"1": {"name": "Ada"}, "2": {"name": "Ada"}, "3": None}
    assert match_all(cache, "3", "1") == {"1": {"name": "Ada"}, "3": None}
    assert backend.questions == [MatchAll(("1", "2")), MatchAll(("3",))]


def test_each_number_expires_after_its_own_time(open_cache, backend, now):
    cache = open_cache(found=10, nothing=2)
    match_all(cache, "1")
    backend.entries = []
    match_all(cache, "2")
    now[0] += 2
    match_all(cache, "1", "2")
    now[0] += 8
    match_all(cache, "1", "2")
    assert backend.questions[2:] == [MatchAll(("2",)), MatchAll(("1", "2"))]


def test_a_number_without_an_answer_is_not_cached(open_cache, backend):
    cache, backend.answered = open_cache(), 1
    assert match_all(cache, "1", "2") == {"1": {"name": "Ada"}}
    assert match_all(cache, "1", "2") == {"1": {"name": "Ada"}, "2": {"name": "Ada"}}
    backend.error = SourceUnavailable("no line")
    with pytest.raises(SourceUnavailable):
        match_all(cache, "1", "3")


def test_more_numbers_than_a_key_may_have_characters_are_cached(open_cache, backend):
    cache, extens = open_cache(), [f"+4930{number:08}" for number in range(1000)]
    for _ in range(2):
        assert len(match_all(cache, *extens)) == 1000
    assert len(backend.questions) == 1


def test_one_of_many_numbers_may_match_differently_than_alone(open_cache, backend):
    cache = open_cache()
    match_all(cache, "1")
    cache.answer(FirstMatch("1"), CALLER, Deadline.after(TIMEOUT))
    assert backend.questions == [MatchAll(("1",)), FirstMatch("1")]


def test_each_caller_has_its_own_entries_of_many_numbers(open_cache, backend):
    cache = open_cache(is_caller_independent=False)
    for caller in (CALLER, OTHER_USER, CALLER):
        match_all(cache, "1", caller=caller)
    assert backend.callers == [CALLER, OTHER_USER]
