"""The fan-out for many numbers: one question per source, and for each number the best match of all sources."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from unit.directory.conftest import CALLER, SHORT_TIMEOUT, entry, statuses, within
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import AlternateSpelling, MatchRank
from xivo_dird.directory.fan_out import ask_all
from xivo_dird.directory.first_match import NumbersFanOut, ask_first
from xivo_dird.directory.outcome import Status
from xivo_dird.directory.question import FirstMatch, MatchAll
from xivo_dird.threads.deadline import Deadline

PAST = Deadline(time.monotonic(), 1.0)
HUNDRED = tuple(str(number) for number in range(100, 200))


def found(sources, *extens, timeout=TIMEOUT, grace=SHORT_TIMEOUT):
    """Return the name of the contact of each number."""
    contacts = NumbersFanOut(sources, MatchAll(extens), CALLER, within(timeout)).collect(grace).contacts
    return {exten: contact.fields["name"] for exten, contact in contacts.items()}


def spelled(name, rank=MatchRank.DIALLED):
    return AlternateSpelling(entry(name), rank)


@pytest.mark.parametrize("kind", ["blocking", "memory", "cached"])
def test_a_hundred_numbers_are_one_question_to_each_source(sources, kind):
    both = [
        sources.open(name, kind, {"cache_seconds": 5} if kind == "cached" else None, matches={})
        for name in ("a", "b")
    ]
    assert found(both, *HUNDRED) == {}
    assert [sources.scripts[name].questions for name in ("a", "b")] == [[HUNDRED]] * 2


def test_each_number_has_the_contact_of_its_source(sources):
    memory = sources.open("memory", "memory", matches={"1": entry("Ada"), "2": entry("Bob")})
    blocking = sources.open("blocking", matches={"3": entry("Cid")})
    assert found([memory, blocking], "3", "1", "4", "2") == {"1": "Ada", "2": "Bob", "3": "Cid"}


def test_the_order_of_the_sources_decides_for_each_number(sources):
    first = sources.open("first", matches={"1": entry("Ada"), "2": entry("Bob")})
    second = sources.open("second", "memory", matches={"2": entry("Bo"), "3": entry("Cid")})
    assert found([first, second], "1", "2", "3", grace=TIMEOUT) == {"1": "Ada", "2": "Bob", "3": "Cid"}
    assert found([second, first], "1", "2", "3", grace=TIMEOUT) == {"1": "Ada", "2": "Bo", "3": "Cid"}


@pytest.mark.parametrize("kinds", [("memory", "memory"), ("blocking", "memory"), ("blocking", "blocking")])
def test_the_lowest_rank_decides_for_each_number(sources, kinds):
    first = sources.open(
        "first", kinds[0], matches={"1": spelled("Ada"), "2": entry("Bob"), "3": spelled("Cid")}
    )
    second = sources.open(
        "second",
        kinds[1],
        matches={"1": entry("Al"), "2": spelled("Bo"), "3": spelled("Cy", MatchRank.OLD_PLAN)},
    )
    for both in ([first, second], [second, first]):
        assert found(both, "1", "2", "3", grace=TIMEOUT) == {"1": "Al", "2": "Bob", "3": "Cid"}


def test_many_numbers_have_the_contacts_that_each_has_alone(sources):
    opened = [
        sources.open("hit", "memory", entries=[spelled("Ada", MatchRank.UNPREFIXED)]),
        sources.open("miss"),
        sources.open("other", entries=[spelled("Bob")]),
    ]
    alone = ask_first(opened, FirstMatch("1"), CALLER, within(TIMEOUT), TIMEOUT).best
    assert (
        found(opened, "1", grace=TIMEOUT) == {"1": alone and alone.contacts[0].fields["name"]} == {"1": "Bob"}
    )


def test_a_source_that_can_win_no_number_is_not_asked(sources):
    memory = sources.open("memory", "memory", matches={"1": entry("Ada"), "2": entry("Bob")})
    later = [sources.open(kind, kind, matches={"1": entry("No")}) for kind in ("blocking", "cached")]
    assert found([memory, *later], "1", "2") == {"1": "Ada", "2": "Bob"}
    assert [sources.scripts[kind].questions for kind in ("blocking", "cached")] == [[], []]


def test_resolved_numbers_do_not_wait_for_sources_that_cannot_win(sources):
    first = sources.open("first", matches={"1": entry("Ada")})
    second = sources.open("second", matches={"2": entry("Bob")})
    hung = sources.open("hung", hangs=True)
    with assert_prompt():
        result = found([first, second, hung], "1", "2", timeout=LONG_TIMEOUT, grace=LONG_TIMEOUT)
    assert result == {"1": "Ada", "2": "Bob"}


def test_sources_that_could_win_have_only_the_grace_when_all_is_resolved(sources):
    hung = sources.open("hung", hangs=True)
    second = sources.open("second", matches={"1": entry("Ada")})
    with assert_prompt():
        assert found([hung, second], "1", timeout=LONG_TIMEOUT) == {"1": "Ada"}
    assert hung.report().counts == {}


def test_an_unresolved_number_waits_for_all_sources(sources):
    slow = sources.open("slow", hangs=True, matches={"2": entry("Bob")})
    memory = sources.open("memory", "memory", matches={"1": entry("Ada")})
    memory_asked = sources.scripts["memory"].calls

    def let_go():
        memory_asked.acquire()
        sources.scripts["slow"].gate.set()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(let_go)
        assert found([memory, slow], "1", "2", grace=0.0) == {"1": "Ada", "2": "Bob"}


def test_at_the_deadline_the_numbers_of_the_other_sources_are_there(sources):
    hung = sources.open("hung", hangs=True, matches={})
    failing = sources.open("failing", fails=True, matches={})
    works = sources.open("works", matches={"2": entry("Bob")})
    opened, deadline = [hung, failing, works], within(10 * SHORT_TIMEOUT)
    result = NumbersFanOut(opened, MatchAll(("1", "2")), CALLER, deadline).collect(TIMEOUT)
    assert {exten: contact.fields["name"] for exten, contact in result.contacts.items()} == {"2": "Bob"}
    assert {source.name: outcome.status for source, outcome in result.outcomes.items()} == {
        "hung": Status.LATE,
        "failing": Status.FAILED,
        "works": Status.OK,
    }


def test_a_source_asked_for_each_number_answers_what_it_can_in_time(sources):
    slow = sources.open("slow", entries=[entry("Ada")], hangs_for=("2",))
    sources.scripts["slow"].gate.set()
    (outcome,) = ask_all([slow], MatchAll(("1", "2", "3")), CALLER, within(TIMEOUT))
    assert (len(outcome.contacts), outcome.is_cut) == (3, False)
    (outcome,) = ask_all(
        [sources.open("m", "memory", entries=[entry("A")])], MatchAll(("1", "2")), CALLER, PAST
    )
    assert ([contact.exten for contact in outcome.contacts], outcome.is_cut) == (["1"], True)


def test_equal_questions_in_flight_are_sent_once(sources):
    source = sources.open("crew", hangs=True, matches={"1": entry("Ada")})
    calls = [source.submit(MatchAll(("1", "2")), CALLER, within(TIMEOUT)) for _ in range(4)]
    sources.scripts["crew"].gate.set()
    assert [call.future.result(TIMEOUT).contacts[0].exten for call in calls] == ["1"] * 4
    assert sources.scripts["crew"].questions == [("1", "2")]


def test_a_source_is_probed_with_one_of_many_numbers(sources):
    source = sources.open("crew", fails=True, matches={})
    for _ in range(3):
        ask_all([source], MatchAll(HUNDRED), CALLER, within(TIMEOUT))
    wait_until(lambda: HUNDRED[0] in sources.scripts["crew"].questions)
    assert sources.scripts["crew"].questions[:3] == [HUNDRED] * 3
    sources.scripts["crew"].fails = False
    wait_until(lambda: source.report().breaker == "closed")
    assert set(sources.scripts["crew"].questions) == {HUNDRED, HUNDRED[0]}


def test_the_error_of_a_source_does_not_quote_the_numbers(sources):
    source = sources.open("crew", fails=True, quotes=True, matches={})
    sources.scripts["crew"].fails = False
    numbers = ("0144556677", "0144556678")
    outcomes = ask_all([source], MatchAll(numbers), CALLER, within(TIMEOUT))
    assert statuses(outcomes) == [Status.FAILED]
    assert "no answer" in str(outcomes[0].error)
    assert not any(number in str(outcomes[0].error) for number in numbers)


def test_one_large_contact_with_all_numbers_is_shown_for_some(sources):
    """Formatted and encoded for each of a thousand numbers, it would take gigabytes."""
    large = {"name": "Ada", "notes": "x" * 1_000_000, "list": ["x" * 1_000_000]}
    source = sources.open("large", matches=dict.fromkeys(HUNDRED, large))
    other = sources.open("other", "memory", matches={HUNDRED[-1]: spelled("Bob")})
    run = NumbersFanOut([source, other], MatchAll(HUNDRED), CALLER, within(TIMEOUT)).collect(SHORT_TIMEOUT)
    assert [*run.contacts] == [*HUNDRED[:15], HUNDRED[-1]]
    assert [run.outcomes[source].status, run.outcomes[source].is_cut] == [Status.OK, True]
    alone = NumbersFanOut([source], MatchAll(HUNDRED[:1]), CALLER, within(TIMEOUT)).collect(SHORT_TIMEOUT)
    assert [*alone.contacts] == [*HUNDRED[:1]]
