"""How long tests wait: enough for a machine ten times slower, far less than a wait that never ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMEOUT = 60.0
"""Seconds within which an event that is immediate on an idle machine happens on any machine."""

LONG_TIMEOUT = 3600.0
"""Seconds. A timeout that no test reaches: pytest's own time limit is far shorter."""

PROMPT_SECONDS = 20.0
"""Seconds within which work with a time limit of a few seconds ends on any machine; see `assert_prompt`."""


def wait_until(condition: Callable[[], object]) -> None:
    """Poll until `condition` is true, most often at the start; fail after `TIMEOUT` seconds."""
    deadline, pause = time.monotonic() + TIMEOUT, 0.0002
    while not condition():
        assert time.monotonic() < deadline, "the condition did not become true in time"
        time.sleep(pause)
        pause = min(2 * pause, 0.01)


@contextmanager
def assert_prompt() -> Iterator[None]:
    """Fail if the block takes `PROMPT_SECONDS` or longer.

    Use it where a defect would make the block wait for a minute at least, in most cases for ever.
    """
    started_at = time.monotonic()
    yield
    assert time.monotonic() - started_at < PROMPT_SECONDS
