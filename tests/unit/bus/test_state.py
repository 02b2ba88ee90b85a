"""The state of a bus thread: what the status page shows, and what is logged once."""

import pytest

from xivo_dird.bus.state import StateHolder
from xivo_dird.exceptions import BrokerUnavailable
from xivo_dird.health import BusState


@pytest.fixture
def state():
    return StateHolder("not yet")


def lines(caplog):
    return [(record.levelname, record.getMessage(), bool(record.exc_info)) for record in caplog.records]


def test_the_last_state_is_returned(state):
    assert state.get() == BusState(False, "not yet")
    state.set_connected()
    assert state.get() == BusState(True)
    state.set_blocked("alarm")
    assert state.get() == BusState(True, "alarm")
    assert state.set_failed("no line")
    assert not state.set_failed("no line")
    assert state.get() == BusState(False, "no line")


def test_a_repeated_outage_is_logged_once(state, caplog):
    for text in ("no line", "no line", "no host"):
        state.report_failure(BrokerUnavailable(text), "Events wait", "relay")
    assert lines(caplog) == [
        ("WARNING", "Events wait: no line", False),
        ("WARNING", "Events wait: no host", False),
    ]


def test_an_unexpected_error_is_logged_with_its_traceback(state, caplog):
    for _ in range(2):
        state.report_failure(RuntimeError("bug"), "Events wait", "relay")
    assert lines(caplog) == [("ERROR", "The relay of the bus failed and will retry", True)] * 2
    assert state.get() == BusState(False, "RuntimeError: bug")
