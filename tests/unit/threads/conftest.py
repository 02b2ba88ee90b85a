"""A system that refuses threads."""

import threading
from contextlib import contextmanager

import pytest

HUGE_STACK_BYTES = 1 << 47
"""Size of a stack for which no process has room."""


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
