"""Deadlines: that of a request, which counts its wait for a thread, and the earlier of two."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from request_thread import Processor, run_as_request
from waiting import LONG_TIMEOUT, TIMEOUT
from xivo_dird.threads.deadline import (
    ITEMS_PER_CHECK,
    MAX_QUEUED_SHARE,
    NO_DEADLINE,
    Deadline,
    DeadlinePassed,
    record_arrival,
    until,
)

TOLERANCE = LONG_TIMEOUT / 100
"""Seconds; longer than a test needs from the creation of a deadline to its check."""


def remaining_of_request(waited):
    """Return the remaining seconds of a request that waited `waited` seconds for a thread; None: not recorded."""

    def handle():
        if waited is not None:
            record_arrival(time.monotonic() - waited)
        return Deadline.of_request(LONG_TIMEOUT).remaining()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(handle).result()


@pytest.mark.parametrize(
    ("waited", "counted"),
    [
        pytest.param(None, 0.0, id="no arrival recorded"),
        pytest.param(0.0, 0.0, id="arrived just now"),
        pytest.param(3 * TOLERANCE, 3 * TOLERANCE, id="waited for a thread"),
        pytest.param(LONG_TIMEOUT, LONG_TIMEOUT * MAX_QUEUED_SHARE, id="daemon is busy"),
    ],
)
def test_the_wait_of_a_request_counts_up_to_a_tenth_of_its_timeout(waited, counted):
    assert LONG_TIMEOUT - counted - TOLERANCE < remaining_of_request(waited) <= LONG_TIMEOUT - counted


def test_an_expired_deadline_has_no_remaining_seconds():
    expired = Deadline.after(-1.0)
    assert (expired.is_expired, expired.remaining()) == (True, 0.0)


def test_within_returns_the_earlier_deadline():
    later, sooner = Deadline.after(LONG_TIMEOUT), Deadline.after(TOLERANCE)
    assert later.within(TOLERANCE).at < later.at
    assert sooner.within(LONG_TIMEOUT) == sooner
    assert not sooner.is_expired


def test_items_are_yielded_until_the_deadline_has_passed():
    assert list(until(Deadline.after(LONG_TIMEOUT), range(1000))) == list(range(1000))
    assert list(until(Deadline.after(0), range(ITEMS_PER_CHECK))) == list(range(ITEMS_PER_CHECK))
    yielded: list[int] = []
    with pytest.raises(DeadlinePassed, match=r"^no complete answer within 0 s$"):
        yielded.extend(until(Deadline.after(0), range(ITEMS_PER_CHECK + 1)))
    assert len(yielded) == ITEMS_PER_CHECK


def in_thread(work):
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result(TIMEOUT)


@pytest.mark.parametrize(
    ("arrived_at", "at"), [(None, 110.0), (99.5, 109.5), (99.0, 109.0), (98.0, 109.0), (100.5, 110.0)]
)
def test_the_timeout_of_a_request_starts_when_it_arrives(arrived_at, at):
    def ask():
        if arrived_at is not None:
            record_arrival(arrived_at)
        return Deadline.of_request(10.0, asked_at=100.0)

    assert in_thread(ask) == Deadline(at, 10.0)


def test_an_extended_deadline_is_later():
    assert Deadline(100.0, 10.0).extended(2.5) == Deadline(102.5, 12.5)
    assert not NO_DEADLINE.is_expired
    assert NO_DEADLINE.remaining() == math.inf


def test_other_requests_may_compute_between_the_parts_of_a_long_answer():
    processor = Processor()

    def read():
        for items in ([], [1], [1, 2], [1, 2, 3, 4, 5]):
            assert list(until(NO_DEADLINE, items, 2)) == items

    run_as_request("user", processor, read)
    assert processor.shared == [("user", math.inf)] * 2
