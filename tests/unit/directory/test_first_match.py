"""The fan-out for one match: exact matches win, then the order of the sources decides."""

import pytest

from unit.directory.conftest import CALLER, SHORT_TIMEOUT, entry, within
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt
from xivo_dird.backend import AlternateSpelling
from xivo_dird.directory.first_match import ask_first
from xivo_dird.directory.question import FirstMatch


def first_name(sources, timeout=TIMEOUT, grace=SHORT_TIMEOUT):
    outcome = ask_first(sources, FirstMatch("100"), CALLER, within(timeout), grace)
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
