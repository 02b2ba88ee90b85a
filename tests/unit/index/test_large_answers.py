"""A large answer is complete, lets other requests go on, and is given up at the deadline, however it was found."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from index_factory import index_factory
from waiting import LONG_TIMEOUT
from xivo_dird.backend import TextMatch
from xivo_dird.blocking import set_blocking_callback
from xivo_dird.index.format import IndexShape
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

SHAPE = IndexShape(("first", "last", "number"), ("number",), "id", TextMatch.CASE_INSENSITIVE)
FRANCE = DialPlan("FR")
LISTED = (["", "annabellas ross"], ["7677"])
"""What is searched and typed: all, two words in another order; the beginning of a word."""

COMPARED = (["\u200d", "ross", "0144 55"], ["2662235527", "0144556677"])
"""The same, where SQLite only preselects: invisible characters, another spelling, a national number; a long word."""


def people(count, size):
    """Return entries with notes of a size."""
    person = {"first": "Ross\u200d", "last": "Annabellas", "number": "+33 1 44 55 66 77", "note": "x" * size}
    return [{"id": str(number), **person} for number in range(count)]


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Return a function that builds an index."""
    with index_factory(tmp_path_factory.mktemp("index")) as build:
        yield lambda entries: build(entries, SHAPE)


@pytest.fixture(scope="module")
def large(build):
    """Return an index of few, large entries."""
    return build(people(5, 200_000))


@pytest.fixture(scope="module")
def many(build):
    """Return an index of many entries."""
    return build(people(300, 1))


def searches(reader, terms):
    """Return functions that search, given a deadline; each finds all entries."""
    searched, typed = terms
    return [partial(reader.search, term, FRANCE) for term in searched] + [
        partial(reader.search_typed, digits, FRANCE) for digits in typed
    ]


def test_a_large_answer_is_complete_and_in_order(large, many):
    for reader, entries in [(large, people(5, 200_000)), (many, people(300, 1))]:
        for search in searches(reader, LISTED) + searches(reader, COMPARED):
            assert search(Deadline.after(LONG_TIMEOUT)) == entries, search


def test_a_large_answer_is_given_up_at_the_deadline(large, many):
    for search in searches(large, LISTED) + searches(large, COMPARED) + searches(many, COMPARED):
        with pytest.raises(DeadlinePassed, match=r"^no complete answer within 0 s$"):
            pytest.fail(f"{search} returned {len(search(Deadline.after(0)))} entries")


class Processor:
    """Counts how often other requests may go on."""

    def __init__(self):
        self.shares = []

    def is_crowded(self, owner):
        return False

    def enter(self, owner):
        pass

    def share(self, owner, timeout):
        self.shares.append(timeout)

    def end(self):
        pass


def test_a_large_answer_lets_others_go_on_after_each_quarter_megabyte(large, many):
    def shares(reader):
        processor = Processor()
        set_blocking_callback(lambda: None, None, processor)
        reader.search("", deadline=Deadline.after(LONG_TIMEOUT))
        return len(processor.shares)

    with ThreadPoolExecutor(1) as thread:
        assert list(thread.map(shares, [large, many])) == [2, 0]
