"""An open source: its breaker, its probes, its queue and its record."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from unit.directory.conftest import (
    CALLER,
    OTHER_CALLER,
    Scripted,
    ScriptedOptions,
    ask_one,
    ask_until_skipped,
    entry,
    names,
    within,
)
from waiting import LONG_TIMEOUT, TIMEOUT, wait_until
from xivo_dird.backend import BackendSettings, Environment
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.fan_out import ask_all
from xivo_dird.directory.opening import OpenedSource
from xivo_dird.directory.outcome import Outcome, Status
from xivo_dird.directory.question import Browse, Fetch, FirstMatch, Search, asked_texts
from xivo_dird.directory.sort_order import SortOrder
from xivo_dird.directory.source import DirectorySource
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.exceptions import QuestionRefused, SourceUnavailable
from xivo_dird.threads.breaker import BreakerLimits
from xivo_dird.threads.deadline import Deadline


def test_a_source_that_recovers_is_used_again(sources):
    source = sources.open("crew", hangs=True, entries=[entry("Ada")])
    ask_until_skipped(source)
    sources.scripts["crew"].hangs = False
    sources.scripts["crew"].gate.set()
    wait_until(lambda: source.report().breaker != "open")
    report = source.report()
    assert (report.status, report.error, report.counts.get("ok")) == ("ok", None, None)
    assert 0 < report.seconds < TIMEOUT
    assert names([ask_one(source, "x")]) == ["Ada"]


def test_a_failing_source_is_skipped_and_its_error_is_reported(sources):
    source = sources.open("crew", fails=True)
    for number in range(3):
        assert ask_one(source, str(number)).status is Status.FAILED
    assert ask_one(source, "x").status is Status.SKIPPED
    report = source.report()
    assert (report.status, report.breaker) == ("failed", "open")
    assert "out of order" in report.error


def test_questions_that_always_fail_do_not_disable_a_working_source(sources):
    source = sources.open("crew", fails_for=("a", "b", "c"), entries=[entry("Ada")])
    assert names([ask_one(source, "ada")]) == ["Ada"]
    for term in "abc":
        assert ask_one(source, term).status is Status.FAILED
    wait_until(lambda: source.report().breaker == "closed")
    assert names([ask_one(source, "ada")]) == ["Ada"]


def test_a_source_without_answers_is_probed_with_skipped_questions(sources):
    source = sources.open("crew", fails_for=("a", "b", "c"), entries=[entry("Ada")])
    for term in "abc":
        assert ask_one(source, term).status is Status.FAILED
    wait_until(lambda: names([ask_one(source, "ada")]) == ["Ada"])


def test_an_answered_question_that_now_fails_does_not_disable_a_source(sources):
    source = sources.open("crew", entries=[entry("Ada")])
    assert names([ask_one(source, "old")]) == ["Ada"]
    sources.scripts["crew"].fails_for = ("old", "a", "b", "c")
    for term in "abc":
        ask_one(source, term)
    wait_until(lambda: names([ask_one(source, "ada")]) == ["Ada"])


def test_a_refused_question_is_reported_but_is_not_a_failure(sources):
    source = sources.open("crew", refuses=tuple("abcd"), entries=[entry("Ada")])
    for term in "abcd":
        outcome = ask_one(source, term)
        assert (outcome.status, outcome.error) == (Status.REFUSED, "too many matches")
    assert (source.report().status, source.report().breaker) == ("refused", "closed")
    assert names([ask_one(source, "ada")]) == ["Ada"]


def test_a_refused_list_is_no_news_of_a_source(sources):
    source = sources.open("crew", entries=[entry("Ada")])
    question = Browse(SortOrder(("name",)), "", 0, 10)
    assert names([ask_one(source, "ada")]) == ["Ada"]
    (outcome,) = ask_all([source], question, CALLER, within(TIMEOUT))
    assert (outcome.status, outcome.error) == (
        Status.REFUSED,
        "its contacts can be searched, but not listed",
    )
    assert (source.report().status, source.report().counts) == ("ok", {"ok": 1})


def test_a_source_that_cannot_be_opened_is_reported_before_a_question(sources, caplog):
    source = sources.open("missing", "nowhere")
    wait_until(lambda: "source 'missing' (nowhere) failed: no backend" in caplog.text)
    assert source.report().status == "failed"
    assert "no backend 'nowhere' is installed and enabled" in source.report().error
    assert 0 < source.report().seconds < TIMEOUT
    assert source.report().counts == {}


def test_equal_questions_in_flight_are_sent_once(sources):
    source = sources.open("crew", hangs=True, entries=[entry("Ada")])
    calls = [source.submit(Search("same"), CALLER, within(TIMEOUT)) for _ in range(4)]
    sources.scripts["crew"].gate.set()
    assert [call.future.result(TIMEOUT).contacts[0].fields["name"] for call in calls] == ["Ada"] * 4
    assert sources.scripts["crew"].questions == ["same"]


def test_equal_questions_of_other_callers_are_sent_for_each(sources):
    source = sources.open("crew", hangs=True)
    calls = [source.submit(Search("same"), caller, within(TIMEOUT)) for caller in (CALLER, OTHER_CALLER)]
    sources.scripts["crew"].gate.set()
    assert [call.future.result(TIMEOUT).contacts for call in calls] == [(), ()]
    assert set(sources.scripts["crew"].callers) == {CALLER, OTHER_CALLER}


def test_questions_to_a_working_source_under_load_are_queued(sources):
    source = sources.open("crew", entries=[entry("Ada")])
    with ThreadPoolExecutor(8) as threads:
        outcomes = [threads.submit(ask_one, source, str(number)) for number in range(200)]
        assert all(names([outcome.result(TIMEOUT)]) == ["Ada"] for outcome in outcomes)


def test_answers_are_cached_if_the_source_enables_it(sources):
    cached = sources.open("cached", "cached", entries=[entry("Ada")], options={"cache_seconds": 3600})
    uncached = sources.open("uncached", "cached", entries=[entry("Ada")])
    for _ in range(2):
        assert names([ask_one(cached, "x"), ask_one(uncached, "x")]) == ["Ada", "Ada"]
    assert len(sources.scripts["cached"].questions) == 1
    assert len(sources.scripts["uncached"].questions) == 2


def test_a_retired_source_still_answers_and_does_not_probe(sources):
    source = sources.open("crew", fails=True)
    for number in range(3):
        ask_one(source, str(number))
    assert source.report().breaker == "open"
    source.retire()
    assert source.report().breaker == "closed"
    sources.scripts["crew"].fails = False
    sources.scripts["crew"].entries = [entry("Ada")]
    assert names([ask_one(source, "ada")]) == ["Ada"]


def test_a_stopped_source_answers_no_more(sources):
    source = sources.open("crew", hangs=True)
    call = source.submit(Search("x"), CALLER, within(TIMEOUT))
    assert sources.scripts["crew"].calls.acquire(timeout=TIMEOUT)
    source.stop()
    assert str(call.future.exception(TIMEOUT)) == "it is being closed"
    outcome = ask_one(source, "y")
    assert outcome.status is Status.SKIPPED


def test_a_source_is_busy_while_a_question_hangs(sources):
    source = sources.open("crew", hangs=True)
    wait_until(lambda: not source.is_busy)
    source.submit(Search("x"), CALLER, within(TIMEOUT))
    assert source.is_busy
    sources.scripts["crew"].gate.set()
    wait_until(lambda: not source.is_busy)


def test_failures_of_a_source_in_memory_do_not_open_its_breaker(sources):
    source = sources.open("crew", "memory", fails=True)
    for number in range(5):
        assert ask_one(source, str(number)).status is Status.FAILED
    assert source.report().breaker == "closed"


def test_the_reason_for_which_a_source_is_skipped_is_told(sources):
    source = sources.open("crew", fails=True)
    for number in range(3):
        ask_one(source, str(number))
    assert ask_one(source, "x").error == ("skipped after repeated failures until it answers a probe")


def test_a_full_queue_skips_the_source(sources):
    source = sources.open("crew", hangs=True)
    for number in range(4 + 256):
        source.submit(Search(str(number)), CALLER, within(LONG_TIMEOUT))
        if number < 4:
            assert sources.scripts["crew"].calls.acquire(timeout=TIMEOUT)
    outcome = ask_one(source, "x")
    assert (outcome.status, outcome.error) == (
        Status.SKIPPED,
        "256 calls are waiting already",
    )


def test_late_answers_of_a_source_in_memory_do_not_open_its_breaker(sources):
    source = sources.open("crew", "memory", entries=[entry(str(number)) for number in range(5000)])
    for number in range(5):
        passed = Deadline(time.monotonic() - 1, LONG_TIMEOUT)
        (outcome,) = ask_all([source], Search(str(number)), CALLER, passed)
        assert outcome.status is Status.LATE
    assert source.report().breaker == "closed"


class Counted:
    """Counts the outcomes of a source."""

    def __init__(self):
        self.outcomes = []
        self.is_closed = False

    def __call__(self, status, seconds):
        self.outcomes.append((status, seconds))

    def close(self):
        self.is_closed = True


class Adapter:
    """An open backend that answers as a test says, and records its calls."""

    is_blocking = True
    is_busy = False
    fails_for_all = True
    answers_retired = True

    def __init__(self):
        self.asked = []
        self.done = []
        self.ends = lambda: [entry("Ada")]

    def answer(self, question, caller, deadline):
        self.asked.append((question, caller, deadline.timeout))
        return self.ends()

    def state(self):
        return None

    def retire(self):
        self.done.append("retired")

    def close(self):
        self.done.append("closed")


def instance():
    environment = Environment("source", "tenant", BackendSettings(), Path("unused"))
    return Scripted(ScriptedOptions(name="crew", script="unused"), environment)


@pytest.fixture
def adapter():
    return Adapter()


@pytest.fixture
def open_source(adapter):
    """Return a function that creates a source of the adapter; it is closed after the test."""
    opened = []

    def open_(failures=1, open_backend=None, count=None):
        contact_format = ContactFormat("crew", "ldap", None, {})
        open_backend = open_backend or (lambda: OpenedSource(adapter, contact_format, instance()))
        limits = SourceLimits(workers=4, queue=4, breaker=BreakerLimits(failures, 0.001, 0.002))
        opened.append(DirectorySource("crew", "ldap", open_backend, limits, count))
        return opened[-1]

    yield open_
    for source in opened:
        source.stop()


def fail():
    raise SourceUnavailable("out of order")


def test_a_probe_asks_for_its_caller_with_the_longest_timeout(open_source, adapter):
    source = open_source()
    ask_one(source, "known", 2 * TIMEOUT)
    adapter.ends = fail
    ask_all([source], Search("new"), OTHER_CALLER, within(TIMEOUT))
    wait_until(lambda: len(adapter.asked) >= 6)
    assert source.report().breaker == "open"
    known = (Search("known"), CALLER, 2 * TIMEOUT)
    new = (Search("new"), OTHER_CALLER, 2 * TIMEOUT)
    assert adapter.asked[:6] == [known, (Search("new"), OTHER_CALLER, TIMEOUT), known, new, known, new]
    adapter.ends = list
    wait_until(lambda: source.report().breaker == "closed")


def test_callers_with_short_timeouts_do_not_disable_a_slow_source(open_source, adapter, gate):
    adapter.ends = lambda: gate.wait(TIMEOUT) and [entry("Ada")]
    source = open_source()
    patient = source.submit(Search("ada"), CALLER, within(LONG_TIMEOUT))
    wait_until(lambda: adapter.asked)
    assert ask_one(source, "ada", 0.005).status is Status.LATE
    assert source.report().breaker == "closed"
    gate.set()
    assert len(patient.future.result(TIMEOUT).contacts) == 1


def test_a_source_that_hangs_is_probed_again_and_again(open_source, adapter, gate):
    adapter.ends = lambda: gate.wait(TIMEOUT) and [entry("Ada")]
    source = open_source()
    while source.report().breaker == "closed":
        ask_one(source, "x", 0.005)
    wait_until(lambda: len(adapter.asked) == 4)  # one on each worker, left when it is late
    probes: set[threading.Thread] = set()

    def is_probed_twice_more():
        probes.update(thread for thread in threading.enumerate() if thread.name == "breaker probe")
        return len(probes) > 2

    wait_until(is_probed_twice_more)
    assert source.report().breaker == "open"
    gate.set()
    wait_until(lambda: source.report().breaker == "closed")


def test_a_source_that_refuses_only_the_probe_works(open_source, adapter):
    source, errors = open_source(), [SourceUnavailable("out of order"), QuestionRefused("too many matches")]

    def refuse():
        raise errors.pop(0)

    adapter.ends = refuse
    assert ask_one(source, "x").status is Status.FAILED
    wait_until(lambda: source.report().breaker == "closed")
    assert errors == []


def test_a_source_that_was_not_asked_anything_is_tried_again(open_source):
    source = open_source()
    late = Outcome("crew", Status.LATE, 1.0, error="no answer")
    source.record(late, Search("x"), CALLER, within(TIMEOUT))
    wait_until(lambda: source.report().breaker == "closed")
    assert ask_one(source, "x").status is Status.OK


def test_failures_of_some_callers_do_not_open_the_breaker(open_source, adapter):
    source, adapter.ends, adapter.fails_for_all = open_source(), fail, False
    for number in range(3):
        assert ask_one(source, str(number)).status is Status.FAILED
    late = Outcome("crew", Status.LATE, 1.0, error="no answer")
    source.record(late, Search("x"), CALLER, within(2 * TIMEOUT))
    assert source.report().breaker == "closed"
    adapter.fails_for_all = True
    assert ask_one(source, "x").status is Status.FAILED
    assert source.report().breaker == "open"


def test_a_late_failure_is_counted_once(open_source, adapter, gate):
    source = open_source(failures=2)
    adapter.ends = lambda: gate.wait(TIMEOUT) and fail()
    call = source.submit(Search("x"), CALLER, within(0.005))
    wait_until(lambda: adapter.asked)
    assert ask_one(source, "x", 0.005).status is Status.LATE
    gate.set()
    assert str(call.future.exception(TIMEOUT)) == "out of order"
    assert source.report().breaker == "closed"


@pytest.mark.parametrize("is_retired_first", [True, False])
def test_a_retired_source_has_no_background_work(open_source, adapter, is_retired_first):
    source = open_source()
    if is_retired_first:
        source.retire()
        source.warm()
    else:
        assert names([ask_one(source, "x")]) == ["Ada"]
        assert adapter.done == []
        source.retire()
    wait_until(lambda: adapter.done == ["retired"])
    assert names([ask_one(source, "y")]) == ["Ada"]


def test_a_retired_source_has_background_work_for_a_question_that_opens_it(open_source, adapter):
    source = open_source()
    source.retire()
    assert source.still_answers
    assert names([ask_one(source, "x")]) == ["Ada"]
    assert adapter.done == []
    assert source.still_answers
    adapter.answers_retired = False
    assert not source.still_answers


def test_a_source_that_is_retired_has_background_work_for_its_questions(open_source, adapter):
    source, gate = open_source(), threading.Event()
    adapter.ends = lambda: gate.wait(TIMEOUT) and [entry("Ada")]
    call = source.submit(Search("x"), CALLER, within(TIMEOUT))
    wait_until(lambda: adapter.asked)
    source.retire()
    gate.set()
    assert [contact.fields["name"] for contact in call.future.result(TIMEOUT).contacts] == ["Ada"]
    assert adapter.done == []


def test_a_backend_is_closed_once(open_source, adapter):
    source = open_source()
    ask_one(source, "x")
    source.close()
    source.close()
    assert adapter.done.count("closed") == 1


def test_a_source_that_is_closed_while_it_is_opened_answers_nothing(open_source, adapter):
    source = open_source()
    source.close()
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        source.answer(Search("x"), CALLER, within(TIMEOUT))
    assert adapter.done == ["closed"]


def test_an_exit_while_a_backend_is_closed_is_an_error(open_source, adapter):
    def exit_process():
        raise SystemExit

    source = open_source()
    ask_one(source, "x")
    adapter.close = exit_process
    with pytest.raises(SourceUnavailable, match=r"^closing the backend raised SystemExit$"):
        source.close()


def test_a_source_is_opened_once_in_advance(open_source, adapter):
    opened = []

    def open_backend():
        opened.append("opened")
        return OpenedSource(adapter, ContactFormat("crew", "ldap", None, {}), instance())

    source = open_source(open_backend=open_backend)
    assert source.is_blocking
    source.warm()
    wait_until(lambda: opened and not source.is_busy)
    assert "source crew" in [thread.name for thread in threading.enumerate()]
    source.warm()
    assert not source.is_busy
    adapter.is_blocking = False
    assert not source.is_blocking
    assert names([ask_one(source, "x")]) == ["Ada"]
    assert opened == ["opened"]


def test_a_source_is_skipped_while_the_system_refuses_threads(open_source, adapter, no_new_threads):
    source = open_source()
    with no_new_threads():
        source.warm()
        outcome = ask_one(source, "x")
    assert (outcome.status, outcome.error) == (
        Status.SKIPPED,
        "no thread can be started: can't start new thread",
    )
    assert names([ask_one(source, "x")]) == ["Ada"]


def test_a_source_is_busy_while_its_backend_works_in_the_background(open_source, adapter):
    source = open_source()
    adapter.is_busy = True
    assert not source.is_busy
    ask_one(source, "x")
    assert source.is_busy
    adapter.is_busy = False
    wait_until(lambda: not source.is_busy)


def test_every_outcome_is_counted_with_its_seconds(open_source, adapter):
    counted = Counted()
    source = open_source(failures=9, count=counted)
    outcomes = [ask_one(source, "x")]
    adapter.ends = fail
    outcomes.append(ask_one(source, "y"))
    assert counted.outcomes == [(outcome.status, outcome.seconds) for outcome in outcomes]
    assert not counted.is_closed
    source.stop()
    assert counted.is_closed


def test_the_texts_of_a_question_are_known():
    assert asked_texts(Search("ada", 5)) == asked_texts(FirstMatch("ada")) == ("ada",)
    assert asked_texts(Fetch(("1", "2"))) == ("1", "2")
    assert asked_texts(Fetch(())) == ()


def test_contacts_are_not_personal_unless_their_backend_says_so():
    assert not ContactFormat("crew", "ldap", None, {}).format({"name": "Ada"}).is_personal
    assert ContactFormat("crew", "ldap", None, {}, True).format({"name": "Ada"}).is_personal
