"""Since when the time limit of a question runs."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from patience import FOREVER
from unit.directory.conftest import CALLER
from xivo_dird.directory.fan_out import QUEUED_SHARE, ask_all, ask_first
from xivo_dird.directory.question import FirstMatch, Search
from xivo_dird.threads.arrival import note_arrival

SOMETHING = FOREVER / 100
"""Seconds that no machine needs to come to the question."""


class Timed:
    """A source that only notes how many seconds it has."""

    name = "timed"
    waits = False

    def __init__(self):
        self.seconds = None

    def answer(self, question, caller, timeout):
        self.seconds = timeout
        return ()

    def note(self, outcome, question, caller, timeout):
        return outcome


def seconds_of(ask, waited):
    """Answer what a source gets of a request that waited so long for its thread; None: nobody said."""
    source = Timed()

    def answer():
        if waited is not None:
            note_arrival(time.monotonic() - waited)
        ask(source)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(answer).result()
    return source.seconds


@pytest.mark.parametrize(
    "ask",
    [
        lambda source: ask_all([source], Search("x"), CALLER, FOREVER),
        lambda source: ask_first([source], FirstMatch("1"), CALLER, FOREVER, FOREVER),
    ],
)
@pytest.mark.parametrize(
    ("waited", "lost"),
    [
        pytest.param(None, 0.0, id="nobody said when it came"),
        pytest.param(0.0, 0.0, id="it came just now"),
        pytest.param(3 * SOMETHING, 3 * SOMETHING, id="it waited for a thread"),
        pytest.param(FOREVER, FOREVER * QUEUED_SHARE, id="the daemon is busy"),
    ],
)
def test_what_a_request_waited_is_part_of_its_time_limit_up_to_a_tenth(ask, waited, lost):
    assert FOREVER - lost - SOMETHING < seconds_of(ask, waited) <= FOREVER - lost
