"""The live index of one listed directory: what the fan-out asks in place of a `SnapshotBackend`."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from xivo_dird.backend import (
    Caller,
    SnapshotBackend,
    SourceDataMissing,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.reader import IndexDamaged, IndexReader
from xivo_dird.index.refresher import IndexRefresher, RefreshFailure
from xivo_dird.index.version_check import MAX_CHECK_SECONDS, VersionChecker, VersionCheckLate
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

ATTEMPTS = 3
"""How often a question is asked again when the index file turns out to be damaged."""

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """What is served at present; `built_at` in seconds of the epoch, `error` is why there is nothing newer.

    `stale`: the last good data answer, since the directory can't be read; for `age` seconds (None: they are not stale).
    """

    version: str | None
    entries: int
    built_at: float | None
    build_seconds: float | None
    error: str | None
    stale: bool = False
    age: float | None = None


@dataclass(frozen=True, slots=True)
class SnapshotLimits:
    """Seconds: `max_wait` that a question waits for newer data while older ones are there, and between two failures."""

    max_wait: float = 0.5
    min_pause: float = 0.5
    max_pause: float = 30.0


DEFAULT_LIMITS = SnapshotLimits()


class Snapshot:
    """An index of the backend's listing that is kept current, shared by threads."""

    def __init__(
        self, backend: SnapshotBackend[SourceOptions], folder: Path, limits: SnapshotLimits = DEFAULT_LIMITS
    ) -> None:
        """Keep the index in `folder`. The backend is closed with the snapshot."""
        self._backend = backend
        self._max_wait = limits.max_wait
        self._shape = IndexShape.of(backend)
        self._checks_always = backend.check_interval == 0
        self._checker = VersionChecker(backend) if backend.version_waits() else None
        closing = threading.Event()
        files = IndexFiles(folder, self._shape, closing)
        backoff = Backoff(limits.max_pause, limits.min_pause)
        self._refresher = IndexRefresher(backend, files, closing, backoff)

    def ask(
        self, read: Callable[[IndexReader], AnswerT], caller: Caller, deadline: Deadline
    ) -> AnswerT | None:
        """Return what `read` finds in the index; None while the directory is gone.

        The index is as fresh as the backend's `check_interval` wants it. `read` is called again when the file turns
        out to be damaged.

        Raises:
            SourceUnavailable: There are no data at the deadline.
        """
        for _ in range(ATTEMPTS):
            reader = self._reader(caller, deadline)
            if reader is None:
                return None
            try:
                return read(reader)
            except IndexDamaged as error:
                self._refresher.discard(reader, error)
        raise SourceUnavailable(f"the index of {self._backend.options.name!r} is damaged again and again")

    def warm(self) -> None:
        """Start the first load in the background."""
        self._refresher.request(None)

    @property
    def ready(self) -> bool:
        """Whether a question is answered now, without waiting for a first load."""
        return self._refresher.loaded is not None or _is_gone(self._refresher.failure)

    def state(self) -> SnapshotState:
        """Tell what is served, and what went wrong last."""
        loaded, failure = self._refresher.loaded, self._refresher.failure
        error = None if failure is None else _text(failure.error)
        if loaded is None:
            return SnapshotState(None, 0, None, None, error)
        facts = loaded.reader.facts
        stale = failure is not None and not _is_gone(failure)
        age = max(0.0, time.time() - self._refresher.failing_since) if stale else None
        return SnapshotState(
            loaded.version, facts.entries, facts.built_at, facts.build_seconds, error, stale, age
        )

    def close(self) -> None:
        """Stop the background work, close the index and the backend; what hangs in it is not waited for."""
        self._refresher.close()
        if self._checker is not None:
            self._checker.close()
        self._backend.close()

    def _reader(self, caller: Caller, deadline: Deadline) -> IndexReader | None:
        """Return the index to ask; None: the directory is gone."""
        if self._checks_always:
            return self._reader_of_this_moment(caller, deadline)
        if self._refresher.loaded is None and self._refresher.failure is None:
            ticket = self._refresher.request(caller)
            self._refresher.wait(ticket, lambda _: True, deadline.remaining())
        return self._last_good()

    def _reader_of_this_moment(self, caller: Caller, deadline: Deadline) -> IndexReader | None:
        refresher = self._refresher
        try:
            version = self._version(caller, deadline)
        except VersionCheckLate:
            return self._last_good()
        except Exception as error:  # noqa: BLE001 - plugin border: the last good data answer meanwhile
            refresher.note(RefreshFailure(None, error))
            return self._last_good()
        loaded, failure = refresher.loaded, refresher.failure
        if failure is not None and failure.version != version:
            refresher.failure = failure = None
        if loaded is not None and loaded.version == version:
            return loaded.reader
        if failure is None:
            ticket = refresher.request(caller)
            refresher.wait(ticket, lambda now: now.version == version, self._refresh_timeout(deadline))
        return self._last_good()

    def _version(self, caller: Caller, deadline: Deadline) -> str:
        if self._checker is None:
            return self._backend.version(caller)
        return self._checker.version(caller, self._check_timeout(deadline))

    def _check_timeout(self, deadline: Deadline) -> float:
        if self._refresher.loaded is None:
            return deadline.remaining()
        return deadline.within(MAX_CHECK_SECONDS).remaining()

    def _refresh_timeout(self, deadline: Deadline) -> float:
        """Data that were built quickly before are waited for; no question waits for a large directory."""
        loaded = self._refresher.loaded
        if loaded is None:
            return deadline.remaining()
        if loaded.reader.facts.build_seconds >= self._max_wait:
            return 0.0
        return deadline.within(self._max_wait).remaining()

    def _last_good(self) -> IndexReader | None:
        loaded, failure = self._refresher.loaded, self._refresher.failure
        if _is_gone(failure):
            return None
        if loaded is not None:
            return loaded.reader
        if failure is not None:
            raise SourceUnavailable(_text(failure.error)) from failure.error
        raise SourceUnavailable("its data are still being read for the first time")


def _is_gone(failure: RefreshFailure | None) -> bool:
    return failure is not None and isinstance(failure.error, SourceDataMissing)


def _text(error: Exception) -> str:
    return str(error) if isinstance(error, SourceUnavailable) else f"{type(error).__name__}: {error}"
