"""How long tests wait: long enough for a machine ten times slower, short against what would never end by itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMEOUT = 60.0
"""Seconds. What happens at once on a quiet machine happens within these on any."""

FOREVER = 3600.0
"""Seconds, as a time limit that must not be what ends a wait: pytest's own limit is far below."""

PROMPT = 20.0
"""Seconds. What ends by a limit of a few seconds ends within these on any machine; see `promptly`."""


def wait_until(condition: Callable[[], object]) -> None:
    """Look again and again until `condition` holds; fail when it does not within `TIMEOUT`."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def promptly() -> Iterator[None]:
    """Fail if the block took as long as what it waits for, which lasts a minute at least, most often for ever."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < PROMPT
