"""What unit tests of several packages use."""

import threading

import pytest


@pytest.fixture
def gate():
    """Return an event for which work waits; it is set at the end of the test, so that no thread remains."""
    gate = threading.Event()
    yield gate
    gate.set()
