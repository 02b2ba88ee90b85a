"""Deadlines: that of a request, which counts its wait for a thread, and the earlier of two."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import LONG_TIMEOUT
from xivo_dird.threads.deadline import (
    ITEMS_PER_CHECK,
    MAX_QUEUED_SHARE,
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
    with pytest.raises(DeadlinePassed, match="no complete answer within 0 s"):
        yielded.extend(until(Deadline.after(0), range(ITEMS_PER_CHECK + 1)))
