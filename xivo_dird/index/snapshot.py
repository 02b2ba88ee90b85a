"""The live index of one listed directory, which the fan-out queries instead of a `SnapshotBackend`."""

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
from xivo_dird.exceptions import describe_error
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.reader import IndexDamaged, IndexReader
from xivo_dird.index.refresher import MAX_READS, IndexRefresher, RefreshFailure
from xivo_dird.index.version_check import MAX_CHECK_SECONDS, VersionChecker, VersionCheckTimeout
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

MAX_ATTEMPTS = 3
"""Maximum number of times that a question is asked when index files turn out to be damaged."""

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """What is served at present.

    Attributes:
        version: The version of the data, None if there are no data.
        entries: The number of entries.
        built_at: When the index was built, in seconds since the epoch.
        build_seconds: The duration of the build.
        error: Why there are no newer data, None if there is no error.
        stale: True if the last good data are served because the directory can't be read.
        age: Seconds since the data became stale, None if they are not stale.
        rows: The number of rows that were read from the directory.
        skipped: The number of rows that were left out, which are no entries.
        skip_reason: Why rows were left out and where the first one is, None if there are none.
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


@dataclass(frozen=True, slots=True)
class SnapshotLimits:
    """The limits of a snapshot.

    Attributes:
        max_wait: Seconds that a question waits for newer data while there are older ones.
        min_pause: Seconds to the first retry after a failure.
        max_pause: Seconds to a retry after many failures.
        max_check: Seconds that a question waits for a check of the version while there are data.
        max_reads: Maximum number of reads of data that change while being read; the last read is served.
    """

    max_wait: float = 0.5
    min_pause: float = 0.5
    max_pause: float = 30.0
    max_check: float = MAX_CHECK_SECONDS
    max_reads: int = MAX_READS


DEFAULT_LIMITS = SnapshotLimits()


class Snapshot:
    """A current index of the entries that a backend lists; shared by threads."""

    def __init__(
        self, backend: SnapshotBackend[SourceOptions], folder: Path, limits: SnapshotLimits = DEFAULT_LIMITS
    ) -> None:
        """Start nothing yet; the first question or `warm` does.

        Args:
            backend: Lists the entries. It is closed with the snapshot.
            folder: The folder of the index files, used by this source only.
            limits: How long questions and retries wait.
        """
        self._backend = backend
        self._limits = limits
        self._checks_every_question = backend.check_interval == 0
        self._checker = VersionChecker(backend, limits.max_check) if backend.is_version_blocking() else None
        closing = threading.Event()
        files = IndexFiles(folder, IndexShape.of_backend(backend), closing)
        backoff = Backoff(limits.max_pause, limits.min_pause)
        self._refresher = IndexRefresher(backend, files, closing, backoff, limits.max_reads)

    def ask(
        self, read: Callable[[IndexReader], AnswerT], caller: Caller, deadline: Deadline
    ) -> AnswerT | None:
        """Return what `read` finds in the index.

        The index is as current as the backend's `check_interval` demands.

        Args:
            read: Queries the index; called again if the file turns out to be damaged.
            caller: The caller on whose behalf the backend is called.
            deadline: When the question stops waiting for data.

        Returns:
            None while the directory is missing.

        Raises:
            SourceUnavailable: There are no data at the deadline, or the index is damaged `MAX_ATTEMPTS` times.
            Exception: Whatever `read` raises, except `IndexDamaged`.
        """
        for _ in range(MAX_ATTEMPTS):
            reader = self._current_reader(caller, deadline)
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
    def is_ready(self) -> bool:
        """Return True if a question need not wait for the first load."""
        return self._refresher.loaded is not None or _is_missing(self._refresher.failure)

    def state(self) -> SnapshotState:
        """Return what is served, and the last error."""
        loaded, failure = self._refresher.loaded, self._refresher.failure
        error = None if failure is None else _error_text(failure.error)
        if loaded is None:
            return SnapshotState(None, 0, None, None, error)
        facts = loaded.reader.facts
        stale = failure is not None and not _is_missing(failure)
        age = max(0.0, time.time() - self._refresher.failing_since) if stale else None
        return SnapshotState(
            version=loaded.version,
            entries=facts.entries,
            built_at=facts.built_at,
            build_seconds=facts.build_seconds,
            error=error,
            stale=stale,
            age=age,
            rows=facts.rows,
            skipped=facts.skipped,
            skip_reason=facts.skip_reason,
        )

    def close(self) -> None:
        """Stop the background work, close the index and the backend, without waiting for calls that hang."""
        self._refresher.close()
        if self._checker is not None:
            self._checker.close()
        self._backend.close()

    def _current_reader(self, caller: Caller, deadline: Deadline) -> IndexReader | None:
        """Return the index to query, None if the directory is missing."""
        if self._checks_every_question:
            return self._checked_reader(caller, deadline)
        if self._refresher.loaded is None and self._refresher.failure is None:
            ticket = self._refresher.request(caller)
            self._refresher.wait(ticket, lambda _: True, deadline.remaining())
        return self._last_good_reader()

    def _checked_reader(self, caller: Caller, deadline: Deadline) -> IndexReader | None:
        """Check the version; return its index if that can be had in time, else the last good one."""
        refresher = self._refresher
        try:
            version = self._version(caller, deadline)
        except VersionCheckTimeout:
            return self._last_good_reader()
        except Exception as error:  # noqa: BLE001 - plugin boundary: any error leaves the last good data in place
            refresher.record_failure(RefreshFailure(None, error))
            return self._last_good_reader()
        loaded, failure = refresher.loaded, refresher.failure
        if failure is not None and failure.version != version:
            refresher.failure = failure = None
        if loaded is not None and loaded.version == version:
            return loaded.reader
        if failure is None:
            ticket = refresher.request(caller)
            refresher.wait(ticket, lambda index: index.version == version, self._refresh_timeout(deadline))
        return self._last_good_reader()

    def _version(self, caller: Caller, deadline: Deadline) -> str:
        if self._checker is None:
            return self._backend.version(caller)
        return self._checker.version(caller, self._check_timeout(deadline))

    def _check_timeout(self, deadline: Deadline) -> float:
        if self._refresher.loaded is None:
            return deadline.remaining()
        return deadline.within(self._limits.max_check).remaining()

    def _refresh_timeout(self, deadline: Deadline) -> float:
        """Return the seconds to wait for newer data: 0.0 if the last build took long, as for a large directory."""
        loaded = self._refresher.loaded
        if loaded is None:
            return deadline.remaining()
        if loaded.reader.facts.build_seconds >= self._limits.max_wait:
            return 0.0
        return deadline.within(self._limits.max_wait).remaining()

    def _last_good_reader(self) -> IndexReader | None:
        """Return the loaded index, None if the directory is missing.

        Raises:
            SourceUnavailable: No data have been loaded.
        """
        loaded, failure = self._refresher.loaded, self._refresher.failure
        if _is_missing(failure):
            return None
        if loaded is not None:
            return loaded.reader
        if failure is not None:
            raise SourceUnavailable(_error_text(failure.error)) from failure.error
        raise SourceUnavailable("its data are still being read for the first time")


def _is_missing(failure: RefreshFailure | None) -> bool:
    return failure is not None and isinstance(failure.error, SourceDataMissing)


def _error_text(error: Exception) -> str:
    return str(error) if isinstance(error, SourceUnavailable) else describe_error(error)
