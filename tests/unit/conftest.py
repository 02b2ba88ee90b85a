"""What unit tests of several packages use."""

import threading
from contextlib import contextmanager

import pytest

from unit.directory.conftest import Sources

HUGE_STACK_BYTES = 1 << 47
"""Size of a stack for which no process has room."""


@pytest.fixture
def gate():
    """Return an event for which work waits; it is set at the end of the test, so that no thread remains."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def no_new_threads():
    """Return a context in which the system refuses to start a thread."""

    @contextmanager
    def refused():
        usual = threading.stack_size(HUGE_STACK_BYTES)
        try:
            yield
        finally:
            threading.stack_size(usual)

    return refused


@pytest.fixture
def sources(tmp_path):
    """Return a registry of scripted sources, closed at the end of the test."""
    sources = Sources(tmp_path)
    yield sources
    sources.close()
