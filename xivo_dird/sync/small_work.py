"""Large work is refused where it would delay questions: in the process that answers them (one interpreter lock)."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from xivo_dird.exceptions import SourceUnavailable

MAX_SMALL_ENTRIES = 20_000
"""Entries of a directory that is read and indexed among questions; it takes about a second."""

_limit: ContextVar[float] = ContextVar("small_work_only", default=math.inf)


class LargeWork(SourceUnavailable):
    """A directory is too large to be read and indexed here; nothing has been changed."""


@contextmanager
def small_work_only(max_entries: int = MAX_SMALL_ENTRIES) -> Iterator[None]:
    """Refuse large work during the context, in this thread."""
    token = _limit.set(max_entries)
    try:
        yield
    finally:
        _limit.reset(token)


def check_small(entries: int) -> None:
    """Raise `LargeWork` if so many entries are too many to be read and indexed here."""
    if entries > _limit.get():
        raise LargeWork(f"{entries} entries are too many to be read and indexed here")
