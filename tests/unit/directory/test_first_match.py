"""The fan-out for one match: exact matches win, then the order of the sources decides."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from unit.directory.conftest import CALLER, OTHER_CALLER, SHORT_TIMEOUT, entry, within
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt
from xivo_dird.backend import AlternateSpelling, MatchRank
from xivo_dird.blocking import WaitingThreads, set_blocking_callback
from xivo_dird.directory.first_match import ask_first
from xivo_dird.directory.question import FirstMatch


def first_name(sources, timeout=TIMEOUT, grace=SHORT_TIMEOUT):
    outcome = ask_first(sources, FirstMatch("100"), CALLER, within(timeout), grace).best
    return None if outcome is None else outcome.contacts[0].fields["name"]


def alternate_spelling(name):
    return AlternateSpelling(entry(name))


def test_the_order_of_the_sources_decides(sources):
    first = sources.open("first", entries=[entry("first")])
    second = sources.open("second", "memory", entries=[entry("second")])
    assert first_name([first, second], grace=TIMEOUT) == "first"
    assert first_name([second, first]) == "second"


def test_after_a_match_an_earlier_source_has_only_the_grace(sources):
    hung = sources.open("hung", hangs=True)
    second = sources.open("second", entries=[entry("second")])
    with assert_prompt():
        assert first_name([hung, second], timeout=LONG_TIMEOUT) == "second"


def test_sources_after_a_match_in_memory_are_not_queried(sources):
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    later = sources.open("later", entries=[entry("later")])
    assert first_name([memory, later]) == "memory"
    assert sources.scripts["later"].questions == []


def test_no_match_by_the_deadline_is_none(sources):
    hung = sources.open("hung", hangs=True)
    empty = sources.open("empty")
    failing = sources.open("failing", fails=True)
    assert first_name([hung, empty, failing], timeout=SHORT_TIMEOUT) is None


def test_a_later_source_is_used_if_the_earlier_one_has_no_match(sources):
    empty = sources.open("empty")
    second = sources.open("second", entries=[entry("second")])
    assert first_name([empty, second]) == "second"


def test_an_exact_match_wins_over_an_earlier_alternate_spelling(sources):
    first = sources.open("first", "memory", entries=[alternate_spelling("first")])
    second = sources.open("second", "memory", entries=[entry("second")])
    third = sources.open("third", "memory", entries=[entry("third")])
    assert first_name([first, second, third]) == "second"
    assert sources.scripts["third"].questions == []


@pytest.mark.parametrize(
    ("kind", "other"), [("memory", "blocking"), ("blocking", "memory"), ("blocking", "blocking")]
)
def test_an_exact_match_of_any_source_wins(sources, kind, other):
    first = sources.open("first", kind, entries=[alternate_spelling("first")])
    second = sources.open("second", other, entries=[entry("second")])
    assert first_name([first, second], grace=TIMEOUT) == "second"
    assert first_name([second, first], grace=TIMEOUT) == "second"


def test_the_first_of_several_alternate_spellings_wins(sources):
    blocking = sources.open("blocking", entries=[alternate_spelling("blocking")])
    memory = sources.open("memory", "memory", entries=[alternate_spelling("memory")])
    later = sources.open("later", "memory", entries=[alternate_spelling("later")])
    assert first_name([blocking, memory, later], grace=TIMEOUT) == "blocking"
    assert first_name([memory, blocking, later], grace=TIMEOUT) == "memory"


def test_sources_with_a_possible_exact_match_have_only_the_grace(sources):
    memory = sources.open("memory", "memory", entries=[alternate_spelling("memory")])
    hung = sources.open("hung", hangs=True)
    with assert_prompt():
        assert first_name([memory, hung], timeout=LONG_TIMEOUT) == "memory"


def test_the_match_of_the_first_source_does_not_wait_for_the_others(sources):
    first = sources.open("first", entries=[entry("first")])
    hung = sources.open("hung", hangs=True)
    with assert_prompt():
        assert first_name([first, hung], timeout=LONG_TIMEOUT, grace=LONG_TIMEOUT) == "first"


def test_a_source_that_has_only_the_grace_is_not_late(sources):
    hung = sources.open("hung", hangs=True)
    second = sources.open("second", entries=[entry("second")])
    assert first_name([hung, second]) == "second"
    assert hung.report().counts == {}


def test_a_source_without_an_answer_at_the_deadline_is_late(sources):
    hung = sources.open("hung", hangs=True)
    assert first_name([hung], timeout=SHORT_TIMEOUT) is None
    assert sum(hung.report().counts.values()) == 1


def test_the_grace_does_not_exceed_the_deadline(sources):
    memory = sources.open("memory", "memory", entries=[alternate_spelling("memory")])
    hung = sources.open("hung", hangs=True)
    with assert_prompt():
        assert first_name([memory, hung], timeout=SHORT_TIMEOUT, grace=LONG_TIMEOUT) == "memory"


def test_the_lower_rank_wins_over_the_order_of_the_sources(sources):
    first = sources.open("first", "memory", entries=[AlternateSpelling(entry("first"), MatchRank.OLD_PLAN)])
    second = sources.open(
        "second", "memory", entries=[AlternateSpelling(entry("second"), MatchRank.UNPREFIXED)]
    )
    third = sources.open("third", "memory", entries=[AlternateSpelling(entry("third"), MatchRank.UNPREFIXED)])
    assert first_name([first, second, third]) == "second"
    assert first_name([first, third, second]) == "third"


def test_a_thread_that_must_not_wait_skips_the_sources(sources):
    hung = sources.open("hung", hangs=True)

    def ask():
        set_blocking_callback(lambda: None, WaitingThreads(0))
        return first_name([hung], timeout=LONG_TIMEOUT)

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(ask).result(TIMEOUT) is None
    report = hung.report()
    assert report.counts == {"skipped": 1}
    assert report.error == "too many requests wait for sources"


def test_the_caller_reaches_every_source(sources):
    both = [sources.open(kind, kind) for kind in ("blocking", "memory")]
    result = ask_first(both, FirstMatch("100"), OTHER_CALLER, within(TIMEOUT), SHORT_TIMEOUT)
    assert result.best is None
    assert [sources.scripts[kind].callers for kind in ("blocking", "memory")] == [[OTHER_CALLER]] * 2


def test_the_outcomes_are_logged_for_debugging(sources, caplog):
    both = [sources.open(kind, kind) for kind in ("blocking", "memory")]
    caplog.set_level(logging.DEBUG, "xivo_dird.directory.outcome")
    assert first_name(both) is None
    (line,) = [record.getMessage() for record in caplog.records]
    assert re.fullmatch(r"Asked 2 sources: memory ok \S+ s 0, blocking ok \S+ s 0", line)


def test_the_outcome_of_each_source_that_was_waited_for_is_returned(sources):
    failing = sources.open("failing", fails=True)
    memory = sources.open("memory", "memory", entries=[alternate_spelling("memory")])
    later = sources.open("later", entries=[entry("later")])
    result = ask_first([memory, failing, later], FirstMatch("100"), CALLER, within(TIMEOUT), TIMEOUT)
    assert {source.name: outcome.status for source, outcome in result.outcomes.items()} == {
        "memory": "ok",
        "failing": "failed",
        "later": "ok",
    }
    assert result.best == result.outcomes[later]


def test_a_source_that_was_not_asked_has_no_outcome(sources):
    memory = sources.open("memory", "memory", entries=[entry("memory")])
    later = sources.open("later", entries=[entry("later")])
    result = ask_first([memory, later], FirstMatch("100"), CALLER, within(TIMEOUT), TIMEOUT)
    assert list(result.outcomes) == [memory]
