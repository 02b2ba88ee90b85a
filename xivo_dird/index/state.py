"""The state of the index of a source, for the status page and the metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefreshFailure:
    """Why there are no newer data.

    Attributes:
        version: The version that could not be read, None if the version is unknown.
        error: What the backend or the build raised.
    """

    version: str | None
    error: Exception


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """What is served at present; for a source with an index per user, by all open indexes together.

    Attributes:
        version: The version of the data, None if there are no data or if each user has their own.
        entries: The number of entries.
        built_at: When the index was built, in seconds since the epoch.
        build_seconds: The duration of the build.
        error: Why there are no newer data, None if there is no error.
        stale: True if the last good data are served because the directory can't be read.
        age: Seconds since the data became stale, None if they are not stale.
        rows: The number of rows that were read from the directory.
        skipped: The number of rows that were left out, which are no entries.
        skip_reason: Why rows were left out and where the first one is, None if there are none.
        incomplete: Why the directory has listed only a part of its rows, None if it has listed all.
        users: The number of users whose indexes are open, None for an index that all share.
    """

    version: str | None
    entries: int
    built_at: float | None
    build_seconds: float | None
    error: str | None
    stale: bool = False
    age: float | None = None
    rows: int = 0
    skipped: int = 0
    skip_reason: str | None = None
    incomplete: str | None = None
    users: int | None = None


def state_of_users(states: Sequence[SnapshotState]) -> SnapshotState:
    """Return the state of all indexes of a source that has one per user; it names no user."""
    ages = [state.age for state in states if state.age is not None]
    built = [state.built_at for state in states if state.built_at is not None]
    seconds = [state.build_seconds for state in states if state.build_seconds is not None]
    return SnapshotState(
        version=None,
        entries=sum(state.entries for state in states),
        built_at=min(built, default=None),
        build_seconds=max(seconds, default=None),
        error=_first(state.error for state in states),
        stale=any(state.stale for state in states),
        age=max(ages, default=None),
        rows=sum(state.rows for state in states),
        skipped=sum(state.skipped for state in states),
        skip_reason=_first(state.skip_reason for state in states),
        incomplete=_first(state.incomplete for state in states),
        users=len(states),
    )


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text is not None), None)
