"""The fan-out: every source is asked, none of them can be late for the others."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from unit.directory.conftest import CALLER
from waiting import FOREVER, TIMEOUT, promptly, wait_until
from xivo_dird.backend import AlternateSpelling
from xivo_dird.directory.fan_out import ask_all, ask_as_completed, ask_first
from xivo_dird.directory.outcome import Status
from xivo_dird.directory.question import FirstMatch, Search
from xivo_dird.threads.deadline import Deadline

within = Deadline.after

SOON = 0.02
LATER = 1.0
"""Seconds: enough for a source that is well, on any machine."""


def entry(name):
    return {"id": name, "name": name}


def names(outcomes):
    return [contact.fields["name"] for outcome in outcomes for contact in outcome.contacts]


def statuses(outcomes):
    return [outcome.status for outcome in outcomes]


def ask_until_it_is_skipped(source):
    """Wait for late answers until there were too many of them; a busy machine may not even start some."""
    for number in count():
        if source.report().breaker == "open":
            return
        ask_all([source], Search(f"late {number}"), CALLER, within(SOON))


def test_answers_come_in_the_order_of_the_sources_whatever_their_speed(sources):
    slow = sources.open("slow", hangs=True, entries=[entry("slow")])
    quick = sources.open("quick", entries=[entry("quick")])
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    opener = threading.Thread(
        target=lambda: sources.scripts["quick"].asked.acquire() and sources.scripts["slow"].gate.set()
    )
    opener.start()
    outcomes = ask_all([slow, memory, quick], Search("x"), CALLER, within(TIMEOUT))
    opener.join()
    assert names(outcomes) == ["slow", "memory", "quick"]


def test_a_hung_source_costs_at_most_the_deadline_and_no_other_entries(sources):
    hung = sources.open("hung", hangs=True)
    well = sources.open("well", entries=[entry("well")])
    with promptly():
        outcomes = ask_all([hung, well], Search("x"), CALLER, within(LATER))
    assert statuses(outcomes) == [Status.LATE, Status.OK]
    assert names(outcomes) == ["well"]


def test_lookups_that_follow_do_not_wait_for_abandoned_calls(sources):
    hung = sources.open("hung", hangs=True)
    well = sources.open("well", entries=[entry("well")])
    ask_until_it_is_skipped(hung)
    for number in range(10):
        outcomes = ask_all([hung, well], Search(str(number)), CALLER, within(FOREVER))
        assert statuses(outcomes) == [Status.SKIPPED, Status.OK]
        assert names(outcomes) == ["well"]


def test_a_source_that_comes_back_is_used_again(sources):
    source = sources.open("crew", hangs=True, entries=[entry("Ada")])
    ask_until_it_is_skipped(source)
    sources.scripts["crew"].hangs = False
    sources.scripts["crew"].gate.set()
    wait_until(lambda: source.report().breaker != "open")
    assert names(ask_all([source], Search("x"), CALLER, within(TIMEOUT))) == ["Ada"]


def test_a_failing_source_is_skipped_at_once_after_some_failures_and_the_reason_is_kept(sources):
    source = sources.open("crew", fails=True)
    for number in range(3):
        assert statuses(ask_all([source], Search(str(number)), CALLER, within(TIMEOUT))) == [Status.FAILED]
    assert statuses(ask_all([source], Search("x"), CALLER, within(TIMEOUT))) == [Status.SKIPPED]
    report = source.report()
    assert (report.status, report.breaker) == ("failed", "open")
    assert "out of order" in report.error


def test_questions_that_always_fail_do_not_keep_a_source_that_is_well_from_being_used(sources):
    source = sources.open("crew", fails_for=("a", "b", "c"), entries=[entry("Ada")])
    assert names(ask_all([source], Search("ada"), CALLER, within(TIMEOUT))) == ["Ada"]
    for term in "abc":
        assert statuses(ask_all([source], Search(term), CALLER, within(TIMEOUT))) == [Status.FAILED]
    wait_until(lambda: source.report().breaker == "closed")
    assert names(ask_all([source], Search("ada"), CALLER, within(TIMEOUT))) == ["Ada"]


def test_a_source_whose_first_questions_fail_is_probed_with_those_that_are_asked_meanwhile(sources):
    source = sources.open("crew", fails_for=("a", "b", "c"), entries=[entry("Ada")])
    for term in "abc":
        assert statuses(ask_all([source], Search(term), CALLER, within(TIMEOUT))) == [Status.FAILED]
    wait_until(lambda: names(ask_all([source], Search("ada"), CALLER, within(TIMEOUT))) == ["Ada"])


def test_an_old_question_that_fails_by_now_does_not_keep_a_source_from_being_used(sources):
    source = sources.open("crew", entries=[entry("Ada")])
    assert names(ask_all([source], Search("old"), CALLER, within(TIMEOUT))) == ["Ada"]
    sources.scripts["crew"].fails_for = ("old", "a", "b", "c")
    for term in "abc":
        ask_all([source], Search(term), CALLER, within(TIMEOUT))
    wait_until(lambda: names(ask_all([source], Search("ada"), CALLER, within(TIMEOUT))) == ["Ada"])


def test_a_refused_question_is_told_and_is_no_failure_of_its_source(sources):
    source = sources.open("crew", refuses=tuple("abcd"), entries=[entry("Ada")])
    for term in "abcd":
        (outcome,) = ask_all([source], Search(term), CALLER, within(TIMEOUT))
        assert (outcome.status, outcome.error) == (Status.REFUSED, "QuestionRefused: too many matches")
    assert (source.report().status, source.report().breaker) == ("refused", "closed")
    assert names(ask_all([source], Search("ada"), CALLER, within(TIMEOUT))) == ["Ada"]


def test_askers_in_a_hurry_do_not_take_a_slow_source_from_those_who_wait(sources):
    source = sources.open("slow", hangs=True, entries=[entry("Ada")])
    with ThreadPoolExecutor(1) as threads:
        patient = threads.submit(ask_all, [source], Search("ada"), CALLER, within(FOREVER))
        assert sources.scripts["slow"].asked.acquire(timeout=TIMEOUT)
        for number in range(10):
            ask_all([source], Search(f"late {number}"), CALLER, within(SOON))
        assert source.report().breaker == "closed"
        sources.scripts["slow"].gate.set()
        assert names(patient.result(TIMEOUT)) == ["Ada"]


def test_a_probe_waits_as_long_as_the_most_patient_asker(sources):
    source = sources.open("slow", fails_for=("wrong",), entries=[entry("Ada")])
    script = sources.scripts["slow"]
    assert names(ask_all([source], Search("ada"), CALLER, within(FOREVER))) == ["Ada"]
    script.hangs_for = ("ada",)
    while source.report().breaker == "closed":
        ask_all([source], Search("wrong"), CALLER, within(SOON))
    wait_until(lambda: script.questions[-1] == "ada")
    for _ in script.questions:
        assert script.asked.acquire(timeout=TIMEOUT)
    assert not script.asked.acquire(timeout=LATER)
    script.gate.set()
    wait_until(lambda: source.report().breaker == "closed")


@pytest.mark.parametrize("backend", ["waiting", "memory"])
@pytest.mark.parametrize("nonsense", [[1], [None], ["text"], [{"name": "Ada"}, 2]])
def test_a_nonsense_answer_fails_its_source_alone(sources, backend, nonsense):
    odd = sources.open("odd", backend, entries=nonsense)
    well = sources.open("well", entries=[entry("well")])
    outcomes = ask_all([odd, well], Search("x"), CALLER, within(TIMEOUT))
    assert statuses(outcomes) == [Status.FAILED, Status.OK]
    assert "where an entry is a mapping" in (outcomes[0].error or "")


def test_a_source_whose_backend_is_not_installed_fails_alone(sources):
    missing = sources.open("missing", "nowhere")
    well = sources.open("well", entries=[entry("well")])
    outcomes = ask_all([missing, well], Search("x"), CALLER, within(TIMEOUT))
    assert names(outcomes) == ["well"]
    assert "no backend 'nowhere' is installed and enabled" in (outcomes[0].error or "")


def test_a_source_that_can_not_be_opened_says_so_before_it_is_asked(sources, caplog):
    source = sources.open("missing", "nowhere")
    wait_until(lambda: source.report().status == "failed")
    assert "no backend 'nowhere' is installed and enabled" in source.report().error
    assert "source 'missing' (nowhere) failed: InvalidSource: no backend" in caplog.text


def test_identical_questions_in_flight_are_asked_once(sources):
    source = sources.open("crew", hangs=True, entries=[entry("Ada")])
    calls = [source.submit(Search("same"), CALLER, within(TIMEOUT)) for _ in range(4)]
    sources.scripts["crew"].gate.set()
    assert [call.future.result(TIMEOUT)[0].fields["name"] for call in calls] == ["Ada"] * 4
    assert sources.scripts["crew"].questions == ["same"]


def test_a_healthy_source_under_load_is_queued_for_and_not_skipped(sources):
    source = sources.open("crew", entries=[entry("Ada")])
    with ThreadPoolExecutor(8) as threads:
        asked = [
            threads.submit(ask_all, [source], Search(str(number)), CALLER, within(TIMEOUT))
            for number in range(200)
        ]
        assert all(names(one.result(TIMEOUT)) == ["Ada"] for one in asked)


def test_closing_lets_waiting_lookups_end_at_once(sources):
    hung = sources.open("hung", hangs=True)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ask_all, [hung], Search("x"), CALLER, within(FOREVER))
        assert sources.scripts["hung"].asked.acquire(timeout=TIMEOUT)
        sources.registry.close()
        assert statuses(waiting.result(TIMEOUT)) == [Status.FAILED]


def test_an_edited_source_is_replaced_with_the_next_question(sources):
    sources.open("crew", entries=[entry("old")])
    assert names(
        ask_all([sources.open("crew", entries=[entry("old")])], Search("x"), CALLER, within(TIMEOUT))
    ) == ["old"]
    edited = sources.open("crew", "memory", entries=[entry("new")])
    assert names(ask_all([edited], Search("x"), CALLER, within(TIMEOUT))) == ["new"]


def reverse(sources, timeout=TIMEOUT, grace=SOON):
    outcome = ask_first(sources, FirstMatch("100"), CALLER, within(timeout), grace)
    return None if outcome is None else outcome.contacts[0].fields["name"]


def test_reverse_is_decided_by_the_order_of_the_sources(sources):
    first = sources.open("first", entries=[entry("first")])
    second = sources.open("second", "memory", entries=[entry("second")])
    assert reverse([first, second], grace=TIMEOUT) == "first"
    assert reverse([second, first]) == "second"


def test_reverse_waits_for_an_earlier_source_only_for_the_grace(sources):
    hung = sources.open("hung", hangs=True)
    second = sources.open("second", entries=[entry("second")])
    with promptly():
        assert reverse([hung, second], timeout=FOREVER) == "second"


def test_reverse_does_not_ask_sources_behind_a_match_in_memory(sources):
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    later = sources.open("later", entries=[entry("later")])
    assert reverse([memory, later]) == "memory"
    assert sources.scripts["later"].questions == []


def test_reverse_finds_nobody_when_no_source_matches_in_time(sources):
    hung = sources.open("hung", hangs=True)
    empty = sources.open("empty")
    failing = sources.open("failing", fails=True)
    assert reverse([hung, empty, failing], timeout=SOON) is None


def test_reverse_uses_a_later_source_when_the_earlier_one_has_no_match(sources):
    empty = sources.open("empty")
    second = sources.open("second", entries=[entry("second")])
    assert reverse([empty, second]) == "second"


def alternate_spelling(name):
    return AlternateSpelling(entry(name))


def test_reverse_takes_the_exact_number_rather_than_an_earlier_spelling_of_it(sources):
    first = sources.open("first", "memory", entries=[alternate_spelling("first")])
    second = sources.open("second", "memory", entries=[entry("second")])
    third = sources.open("third", "memory", entries=[entry("third")])
    assert reverse([first, second, third]) == "second"
    assert sources.scripts["third"].questions == []


@pytest.mark.parametrize(
    ("kind", "other"), [("memory", "waiting"), ("waiting", "memory"), ("waiting", "waiting")]
)
def test_reverse_waits_for_an_exact_number_of_whatever_source(sources, kind, other):
    first = sources.open("first", kind, entries=[alternate_spelling("first")])
    second = sources.open("second", other, entries=[entry("second")])
    assert reverse([first, second], grace=TIMEOUT) == "second"
    assert reverse([second, first], grace=TIMEOUT) == "second"


def test_reverse_takes_the_first_of_several_spellings(sources):
    waiting = sources.open("waiting", entries=[alternate_spelling("waiting")])
    memory = sources.open("memory", "memory", entries=[alternate_spelling("memory")])
    later = sources.open("later", "memory", entries=[alternate_spelling("later")])
    assert reverse([waiting, memory, later], grace=TIMEOUT) == "waiting"
    assert reverse([memory, waiting, later], grace=TIMEOUT) == "memory"


def test_reverse_gives_those_that_may_have_the_exact_number_only_the_grace(sources):
    memory = sources.open("memory", "memory", entries=[alternate_spelling("memory")])
    hung = sources.open("hung", hangs=True)
    with promptly():
        assert reverse([memory, hung], timeout=FOREVER) == "memory"


def arriving(sources, timeout=TIMEOUT):
    return ask_as_completed(sources, Search("x"), CALLER, within(timeout))


def test_outcomes_arrive_as_soon_as_each_source_answers(sources):
    hung = sources.open("hung", hangs=True, entries=[entry("hung")])
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    quick = sources.open("quick", entries=[entry("quick")])
    arrived = filter(None, arriving([hung, memory, quick], FOREVER))
    first = {position: names([outcome]) for position, outcome in (next(arrived), next(arrived))}
    assert first == {1: ["memory"], 2: ["quick"]}
    sources.scripts["hung"].gate.set()
    position, outcome = next(arrived)
    assert (position, names([outcome])) == (0, ["hung"])
    assert next(arrived, None) is None


def test_what_has_not_arrived_by_the_deadline_is_left_behind(sources):
    hung = sources.open("hung", hangs=True)
    ((position, outcome),) = filter(None, arriving([hung], SOON))
    assert position == 0
    assert outcome.status in {Status.LATE, Status.SKIPPED}  # a busy machine may not even start it


def test_who_waits_gets_a_turn_and_may_leave(sources):
    hung = sources.open("hung", hangs=True)
    outcomes = arriving([hung], FOREVER)
    assert next(outcomes) is None
    assert sources.scripts["hung"].asked.acquire(timeout=TIMEOUT)
    outcomes.close()
    for number in range(3):
        hung.submit(Search(str(number)), CALLER, within(TIMEOUT))
        assert sources.scripts["hung"].asked.acquire(timeout=TIMEOUT)
    assert hung.report().counts == {}


def test_an_open_breaker_arrives_at_once(sources):
    hung = sources.open("hung", hangs=True)
    ask_until_it_is_skipped(hung)
    position, outcome = next(arriving([hung], FOREVER))
    assert (position, outcome.status) == (0, Status.SKIPPED)


def test_answers_are_kept_where_the_source_wants_that(sources):
    kept = sources.open("kept", "cached", entries=[entry("Ada")], options={"cache_seconds": 3600})
    asked = sources.open("asked", "cached", entries=[entry("Ada")])
    for _ in range(2):
        assert names(ask_all([kept, asked], Search("x"), CALLER, within(TIMEOUT))) == ["Ada", "Ada"]
    assert len(sources.scripts["kept"].questions) == 1
    assert len(sources.scripts["asked"].questions) == 2
