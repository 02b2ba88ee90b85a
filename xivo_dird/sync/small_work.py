"""Large work is refused where it would delay questions: in the process that answers them (one interpreter lock)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from xivo_dird.exceptions import SourceUnavailable

MAX_SMALL_ENTRIES = 20_000
"""Entries of a directory that is read and indexed among questions; it takes about a second."""

_is_limited: ContextVar[bool] = ContextVar("small_work_only", default=False)


class LargeWork(SourceUnavailable):
    """A directory is too large to be read and indexed here; nothing has been changed."""


@contextmanager
def small_work_only() -> Iterator[None]:
    """Refuse large work during the context, in this thread."""
    token = _is_limited.set(True)
    try:
        yield
    finally:
        _is_limited.reset(token)


def check_small(entries: int) -> None:
    """Raise `LargeWork` if so many entries are too many to be read and indexed here."""
    if entries > MAX_SMALL_ENTRIES and _is_limited.get():
        raise LargeWork(f"{entries} entries are too many to be read and indexed here")
