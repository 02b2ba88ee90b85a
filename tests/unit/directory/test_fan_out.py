"""The fan-out: every source is queried, and no source delays the others."""

import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from request_thread import Processor, run_as_request
from unit.directory.conftest import (
    CALLER,
    OTHER_CALLER,
    SHORT_TIMEOUT,
    ask_until_skipped,
    entry,
    names,
    statuses,
    within,
)
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.blocking import WaitingThreads, set_blocking_callback
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.fan_out import ask_all, ask_as_completed, ask_each
from xivo_dird.directory.outcome import Status
from xivo_dird.directory.question import Search
from xivo_dird.exceptions import RequestAbandoned, TooBusy
from xivo_dird.threads.deadline import ITEMS_PER_CHECK, Deadline


def test_answers_are_in_the_order_of_the_sources_not_of_their_speed(sources):
    slow = sources.open("slow", hangs=True, entries=[entry("slow")])
    quick = sources.open("quick", entries=[entry("quick")])
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    opener = threading.Thread(
        target=lambda: sources.scripts["quick"].calls.acquire() and sources.scripts["slow"].gate.set()
    )
    opener.start()
    outcomes = ask_all([slow, memory, quick], Search("x"), CALLER, within(TIMEOUT))
    opener.join()
    assert names(outcomes) == ["slow", "memory", "quick"]


def test_a_hung_source_delays_a_lookup_only_until_the_deadline(sources):
    hung = sources.open("hung", hangs=True)
    working = sources.open("working", "memory", entries=[entry("working")])
    hung.submit(Search("x"), CALLER, within(TIMEOUT))
    assert sources.scripts["hung"].calls.acquire(timeout=TIMEOUT)
    with assert_prompt():
        outcomes = ask_all([hung, working], Search("x"), CALLER, within(SHORT_TIMEOUT))
    assert statuses(outcomes) == [Status.LATE, Status.OK]
    assert names(outcomes) == ["working"]


def test_later_lookups_do_not_wait_for_abandoned_calls(sources):
    hung = sources.open("hung", hangs=True)
    working = sources.open("working", entries=[entry("working")])
    ask_until_skipped(hung)
    for number in range(10):
        outcomes = ask_all([hung, working], Search(str(number)), CALLER, within(LONG_TIMEOUT))
        assert statuses(outcomes) == [Status.SKIPPED, Status.OK]
        assert names(outcomes) == ["working"]


@pytest.mark.parametrize("backend", ["blocking", "memory"])
def test_an_error_is_described_without_the_question_that_it_quotes(sources, backend, caplog):
    source = sources.open("quoting", backend, quotes=True)
    (outcome,) = ask_all([source], Search("Ada Stern"), CALLER, within(TIMEOUT))
    assert outcome.error == "no answer to '…': … failed"
    assert source.report().error == outcome.error
    assert "Ada Stern" not in caplog.text


@pytest.mark.parametrize("backend", ["blocking", "memory"])
@pytest.mark.parametrize("invalid", [[1], [None], ["text"], [{"name": "Ada"}, 2]])
def test_an_invalid_answer_fails_only_its_source(sources, backend, invalid):
    broken = sources.open("broken", backend, entries=invalid)
    working = sources.open("working", entries=[entry("working")])
    outcomes = ask_all([broken, working], Search("x"), CALLER, within(TIMEOUT))
    assert statuses(outcomes) == [Status.FAILED, Status.OK]
    assert "where an entry is a mapping" in (outcomes[0].error or "")


def test_a_source_whose_backend_is_not_installed_fails_alone(sources):
    missing = sources.open("missing", "nowhere")
    working = sources.open("working", entries=[entry("working")])
    outcomes = ask_all([missing, working], Search("x"), CALLER, within(TIMEOUT))
    assert names(outcomes) == ["working"]
    assert "no backend 'nowhere' is installed and enabled" in (outcomes[0].error or "")


def ask_streamed(sources, timeout=TIMEOUT):
    return ask_as_completed(sources, Search("x"), CALLER, within(timeout), poll_seconds=0.01)


def test_an_outcome_is_yielded_as_soon_as_its_source_answers(sources):
    hung = sources.open("hung", hangs=True, entries=[entry("hung")])
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    quick = sources.open("quick", entries=[entry("quick")])
    completed = filter(None, ask_streamed([hung, memory, quick], LONG_TIMEOUT))
    first = {position: names([outcome]) for position, outcome in (next(completed), next(completed))}
    assert first == {1: ["memory"], 2: ["quick"]}
    sources.scripts["hung"].gate.set()
    position, outcome = next(completed)
    assert (position, names([outcome])) == (0, ["hung"])
    assert next(completed, None) is None


def test_a_call_that_is_not_completed_at_the_deadline_is_late(sources):
    hung = sources.open("hung", hangs=True)
    ((position, outcome),) = filter(None, ask_streamed([hung], SHORT_TIMEOUT))
    assert position == 0
    assert outcome.status in {Status.LATE, Status.SKIPPED}  # a busy machine may not even start it


def test_none_is_yielded_while_waiting_and_closing_releases_the_calls(sources):
    hung = sources.open("hung", hangs=True)
    outcomes = ask_streamed([hung], LONG_TIMEOUT)
    assert next(outcomes) is None
    assert sources.scripts["hung"].calls.acquire(timeout=TIMEOUT)
    outcomes.close()
    for number in range(3):
        hung.submit(Search(str(number)), CALLER, within(TIMEOUT))
        assert sources.scripts["hung"].calls.acquire(timeout=TIMEOUT)
    assert hung.report().counts == {}


def test_a_skipped_source_is_yielded_at_once(sources):
    hung = sources.open("hung", hangs=True)
    ask_until_skipped(hung)
    position, outcome = next(ask_streamed([hung], LONG_TIMEOUT))
    assert (position, outcome.status) == (0, Status.SKIPPED)


def in_request_thread(work):
    """Run `work` in a thread that must not wait for sources, and return what it returns."""

    def run():
        set_blocking_callback(lambda: None, WaitingThreads(0))
        return work()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(run).result(TIMEOUT)


def occupy(source, script, workers=4):
    """Occupy all workers of a source with calls that hang."""
    for number in range(workers):
        source.submit(Search(f"hanging {number}"), CALLER, within(LONG_TIMEOUT))
        assert script.calls.acquire(timeout=TIMEOUT)


def test_a_call_that_never_started_is_not_the_fault_of_its_source(sources):
    hung = sources.open("hung", hangs=True)
    occupy(hung, sources.scripts["hung"])
    (outcome,) = ask_all([hung], Search("x"), CALLER, within(SHORT_TIMEOUT))
    assert (outcome.status, outcome.error) == (Status.SKIPPED, "still queued at the deadline")
    assert outcome.seconds >= SHORT_TIMEOUT


def test_a_late_source_is_reported_with_the_time_that_was_waited(sources):
    hung = sources.open("hung", hangs=True)
    hung.submit(Search("x"), CALLER, within(LONG_TIMEOUT))
    assert sources.scripts["hung"].calls.acquire(timeout=TIMEOUT)
    (outcome,) = ask_all([hung], Search("x"), CALLER, within(SHORT_TIMEOUT))
    assert (outcome.status, outcome.error) == (Status.LATE, f"no answer within {SHORT_TIMEOUT:g} s")
    assert outcome.seconds >= SHORT_TIMEOUT


@pytest.mark.parametrize("kind", ["blocking", "memory"])
@pytest.mark.parametrize("ends", [{}, {"fails": True}])
def test_the_seconds_of_an_outcome_are_those_that_its_caller_waited(sources, kind, ends):
    slow = sources.open("slow", kind, hangs=True, **ends)
    gate = threading.Timer(SHORT_TIMEOUT, sources.scripts["slow"].gate.set)
    gate.start()
    (outcome,) = ask_all([slow], Search("x"), CALLER, within(TIMEOUT))
    gate.join()
    assert outcome.status is (Status.FAILED if ends else Status.OK)
    assert SHORT_TIMEOUT / 2 < outcome.seconds < TIMEOUT


def test_a_thread_that_must_not_wait_skips_blocking_sources(sources):
    hung = sources.open("hung", hangs=True)
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    skipped, answered = in_request_thread(
        lambda: ask_all([hung, memory], Search("x"), CALLER, within(LONG_TIMEOUT))
    )
    assert (skipped.status, skipped.error) == (Status.SKIPPED, "too many requests wait for sources")
    assert names([answered]) == ["memory"]


def test_a_stream_of_a_thread_that_must_not_wait_skips_blocking_sources(sources):
    hung = [sources.open(f"hung {number}", hangs=True) for number in range(3)]
    steps = in_request_thread(lambda: list(ask_streamed(hung, LONG_TIMEOUT)))
    outcomes = dict(filter(None, steps))
    assert sorted(outcomes) == [0, 1, 2]
    for position, outcome in outcomes.items():
        assert outcome.source == f"hung {position}"
        assert (outcome.status, outcome.error) == (Status.SKIPPED, "too many requests wait for sources")


def test_a_long_answer_is_late_when_the_deadline_has_passed(sources):
    memory = sources.open("memory", "memory", entries=[entry(str(number)) for number in range(10_000)])
    passed = Deadline(time.monotonic() - 1, LONG_TIMEOUT)
    (outcome,) = ask_all([memory], Search("x"), CALLER, passed)
    assert (outcome.status, outcome.contacts) == (Status.LATE, ())


def test_each_source_may_have_its_own_question(sources):
    first, second = sources.open("first"), sources.open("second", "memory")
    ask_each([(first, Search("a")), (second, Search("b"))], CALLER, within(TIMEOUT))
    assert [sources.scripts[name].questions for name in ("first", "second")] == [["a"], ["b"]]


def test_the_caller_of_a_question_reaches_every_source(sources):
    both = [sources.open(kind, kind) for kind in ("blocking", "memory")]
    ask_all(both, Search("x"), OTHER_CALLER, within(TIMEOUT))
    list(ask_as_completed(both, Search("x"), CALLER, within(TIMEOUT)))
    for kind in ("blocking", "memory"):
        assert sources.scripts[kind].callers == [OTHER_CALLER, CALLER]


@pytest.mark.parametrize("ask", [ask_all, ask_as_completed])
def test_the_outcomes_of_a_question_are_logged_for_debugging(sources, caplog, ask):
    found = sources.open("memory", "memory", entries=[entry("Ada"), entry("Bob")])
    failing = sources.open("blocking", fails=True)
    caplog.set_level(logging.DEBUG, "xivo_dird.directory.outcome")
    list(ask([found, failing], Search("x"), CALLER, within(TIMEOUT)))
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "DEBUG"]
    assert re.fullmatch(r"Asked 2 sources: memory ok 0\.\d{4} s 2, blocking failed \d+\.\d{4} s 0", line)


def test_a_source_that_is_skipped_took_no_time(sources):
    failing = sources.open("failing", fails=True)
    ask_until_skipped(failing)
    (outcome,) = ask_all([failing], Search("x"), CALLER, within(TIMEOUT))
    assert (outcome.status, outcome.seconds) == (Status.SKIPPED, 0.0)


def test_an_exit_of_a_backend_is_a_failure_of_its_source(sources):
    both = [sources.open(kind, kind, exits=True) for kind in ("blocking", "memory")]
    for outcome in ask_all(both, Search("x"), CALLER, within(TIMEOUT)):
        assert (outcome.status, outcome.error) == (
            Status.FAILED,
            "the backend raised SystemExit",
        )


def test_a_refused_question_is_not_a_failure(sources):
    for kind in ("blocking", "memory"):
        refusing = sources.open(kind, kind, refuses=("x",))
        (outcome,) = ask_all([refusing], Search("x"), CALLER, within(TIMEOUT))
        assert (outcome.status, outcome.error) == (Status.REFUSED, "too many matches")


MANY = [entry("Ada")] * (ITEMS_PER_CHECK + 1)


def test_a_long_answer_that_would_have_to_wait_for_too_many_is_skipped(sources):
    memory = sources.open("memory", "memory", entries=MANY)
    working = sources.open("working", entries=[entry("working")])
    outcomes = run_as_request(
        "ada",
        Processor(TooBusy("too many requests wait", 1)),
        lambda: ask_all([memory, working], Search("x"), CALLER, within(TIMEOUT)),
    )
    assert statuses(outcomes) == [Status.SKIPPED, Status.OK]
    assert outcomes[0].error == "too many requests wait"


def test_a_question_of_a_client_that_has_gone_ends_and_waits_for_no_source(sources):
    memory = sources.open("memory", "memory", entries=MANY)
    hung = sources.open("hung", hangs=True)
    for number in range(4):
        hung.submit(Search(str(number)), CALLER, within(TIMEOUT))
        assert sources.scripts["hung"].calls.acquire(timeout=TIMEOUT)
    with pytest.raises(RequestAbandoned):
        run_as_request(
            "ada",
            Processor(RequestAbandoned("the client has gone")),
            lambda: ask_all([hung, memory], Search("x"), CALLER, within(TIMEOUT)),
        )
    assert memory.report().counts == {}
    sources.scripts["hung"].gate.set()
    wait_until(lambda: not hung.is_busy)
    assert "x" not in sources.scripts["hung"].questions


@pytest.mark.parametrize("backend", ["memory", "blocking"])
def test_an_outcome_says_whether_contacts_are_missing(sources, backend):
    source = sources.open("crew", backend, entries=[entry(str(number)) for number in range(3)])
    for maximum, is_cut in [(None, False), (10**40, False), (4, False), (3, False), (2, True), (1, True)]:
        (outcome,) = ask_all([source], Search("x", maximum), CALLER, within(TIMEOUT))
        assert names([outcome]) == ["0", "1", "2"][:maximum]
        assert outcome.is_cut is is_cut, maximum


def test_only_so_many_contacts_are_formatted_as_the_maximum_says(sources, monkeypatch):
    source = sources.open("crew", "memory", entries=[entry(str(number)) for number in range(1000)])
    formatted = []
    to_contact = ContactFormat.format

    def format_and_count(self, one, exten):
        formatted.append(one)
        return to_contact(self, one, exten)

    monkeypatch.setattr(ContactFormat, "format", format_and_count)
    ask_all([source], Search("x", 5), CALLER, within(TIMEOUT))
    assert len(formatted) == 6  # the last one shows that there are more


def test_questions_with_different_limits_are_different(sources):
    source = sources.open("crew", hangs=True)
    calls = [source.submit(Search("x", maximum), CALLER, within(TIMEOUT)) for maximum in (None, 1, 2, 2)]
    assert len({id(call.future) for call in calls}) == 3
