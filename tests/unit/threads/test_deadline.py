"""A deadline: since when that of a request runs, and which of two is the earlier one."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import FOREVER
from xivo_dird.threads.deadline import MAX_QUEUED_SHARE, Deadline, note_arrival

SOMETHING = FOREVER / 100
"""Seconds that no machine needs to come to the question."""


def seconds_of_request(waited):
    """Return what is left of a request that waited so long for its thread; None: nobody said."""

    def answer():
        if waited is not None:
            note_arrival(time.monotonic() - waited)
        return Deadline.of_request(FOREVER).remaining()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(answer).result()


@pytest.mark.parametrize(
    ("waited", "lost"),
    [
        pytest.param(None, 0.0, id="nobody said when it came"),
        pytest.param(0.0, 0.0, id="it came just now"),
        pytest.param(3 * SOMETHING, 3 * SOMETHING, id="it waited for a thread"),
        pytest.param(FOREVER, FOREVER * MAX_QUEUED_SHARE, id="the daemon is busy"),
    ],
)
def test_what_a_request_waited_is_part_of_its_timeout_up_to_a_tenth(waited, lost):
    assert FOREVER - lost - SOMETHING < seconds_of_request(waited) <= FOREVER - lost


def test_a_deadline_that_has_passed_leaves_no_seconds():
    passed = Deadline.after(-1.0)
    assert (passed.is_expired, passed.remaining()) == (True, 0.0)


def test_within_is_the_earlier_of_both():
    later, sooner = Deadline.after(FOREVER), Deadline.after(SOMETHING)
    assert later.within(SOMETHING).at < later.at
    assert sooner.within(FOREVER) == sooner
    assert not sooner.is_expired
