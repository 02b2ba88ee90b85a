"""The live index of one listed directory, which the fan-out queries instead of a `SnapshotBackend`."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from xivo_dird.backend import Caller, SourceDataMissing, SourceUnavailable
from xivo_dird.exceptions import DirdError, PluginBoundary, describe_error
from xivo_dird.index.builds import IndexBuilds
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, DEFAULT_LIMITS, IndexLimits, SnapshotLimits
from xivo_dird.index.open_file import IndexDamaged, IndexLost, IndexUnreadable
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.refresher import IndexRefresher
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.state import RefreshFailure, SnapshotState
from xivo_dird.index.version_check import VersionChecker, VersionCheckTimeout
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

MAX_ATTEMPTS = 3
"""Maximum number of times that a question is asked when index files turn out to be damaged."""

AnswerT = TypeVar("AnswerT")


class Snapshot:
    """A current index of the entries that a backend lists; shared by threads."""

    def __init__(
        self,
        data: DirectoryData,
        folder: SharedFolder,
        threads: SnapshotThreads,
        limits: SnapshotLimits = DEFAULT_LIMITS,
        index_limits: IndexLimits = DEFAULT_INDEX_LIMITS,
    ) -> None:
        """Start nothing yet; the first question or `warm` does.

        Args:
            data: The entries. Their backend is not closed with the snapshot.
            folder: The folder of the index files.
            threads: Where everything happens that may take long.
            limits: How long questions and retries wait.
            index_limits: The limits of the index.
        """
        self._data = data
        self._limits = limits
        self._checks_every_question = data.check_interval == 0
        self._checker = (
            VersionChecker(self._contained_version, threads.checks, limits.max_check)
            if data.is_version_blocking
            else None
        )
        closing = threading.Event()
        files = IndexFiles(folder, data.shape, closing, index_limits)
        backoff = Backoff(limits.max_pause, limits.min_pause)
        builds = IndexBuilds(data, files, folder.path, index_limits)
        self._refresher = IndexRefresher(data, files, builds, threads, closing, backoff, limits.max_reads)

    def ask(
        self, read: Callable[[IndexReader], AnswerT], caller: Caller | None, deadline: Deadline
    ) -> AnswerT | None:
        """Return what `read` finds in the index.

        The index is as current as the backend's `check_interval` demands. One that turns out to be damaged is rebuilt
        at once; the question waits for it only if that takes `max_wait` at most.

        Args:
            read: Queries the index; called again if the file turns out to be damaged.
            caller: The caller on whose behalf the backend is called, if it has an index per user.
            deadline: When the question stops waiting for data.

        Returns:
            None while the directory is missing.

        Raises:
            SourceUnavailable: There are no data at the deadline, or the index is damaged or can't be read at present.
            Exception: Whatever `read` raises.
        """
        self._use_caller(caller, deadline)
        for _ in range(MAX_ATTEMPTS):
            reader = self._current_reader(caller, deadline)
            if reader is None:
                return None
            try:
                return read(reader)
            except IndexDamaged as error:
                self._refresher.current.discard(reader, error)
            except IndexLost:
                self._refresher.current.reopen(reader)
            except Exception as error:
                if isinstance(error, IndexUnreadable) or not isinstance(error, DirdError | MemoryError):
                    self._refresher.current.verify(reader, lambda: self._refresher.request(caller))
                raise
            self._wait_for_repair(reader, caller, deadline)
        raise SourceUnavailable("its index is damaged again and again")

    def warm(self) -> None:
        """Start the first load in the background.

        Raises:
            SourceUnavailable: No thread can be started.
        """
        self._refresher.request(None)

    @property
    def is_ready(self) -> bool:
        """Return True if a question need not wait for the first load."""
        return self._refresher.loaded is not None or _is_missing(self._refresher.failure)

    def state(self) -> SnapshotState:
        """Return what is served, and the last error."""
        loaded, failure = self._refresher.loaded, self._refresher.failure
        is_usual = self._data.per_user and _is_missing(failure)  # not every user has a directory
        error = None if failure is None or is_usual else describe_error(failure.error)
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
            incomplete=facts.incomplete,
        )

    def retire(self) -> None:
        """Stop refreshing; what is loaded can still be read."""
        self._refresher.retire()

    def close(self) -> None:
        """Stop the background work and close the index, without waiting for calls that hang."""
        self._refresher.close()

    def _use_caller(self, caller: Caller | None, deadline: Deadline) -> None:
        """Refresh on behalf of this caller from now on; wait for the first data if another token has failed."""
        if caller is None or not self._data.per_user:
            return
        ticket = self._refresher.use_caller(caller)
        if ticket is not None:
            self._refresher.wait(ticket, lambda _: True, deadline.remaining())

    def _current_reader(self, caller: Caller | None, deadline: Deadline) -> IndexReader | None:
        """Return the index to query, None if the directory is missing."""
        checks = self._checks_every_question
        is_first = self._refresher.loaded is None and self._refresher.failure is None
        if checks and not (is_first and self._data.per_user):  # nobody has requested the data of a new user
            return self._checked_reader(caller, deadline)
        if is_first:
            # A server that fails is not asked again at once; the token of this user may succeed where another fails.
            start = self._refresher.request if self._data.per_user else self._refresher.join
            self._refresher.wait(start(caller), lambda _: not checks, deadline.remaining())
        return self._last_good_reader()

    def _checked_reader(self, caller: Caller | None, deadline: Deadline) -> IndexReader | None:
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
            self._wait_for_version(version, caller, deadline)
        return self._last_good_reader()

    def _wait_for_version(self, version: str, caller: Caller | None, deadline: Deadline) -> None:
        """Request the data of a version and wait for them, unless they can't be read while there are others.

        Raises:
            SourceUnavailable: There are no data, and none can be read.
        """
        try:
            ticket = self._refresher.request(caller)
        except SourceUnavailable:  # the source was edited or removed, or no thread can be started
            if self._refresher.loaded is None:
                raise
            return
        timeout = self._refresh_timeout(deadline)
        self._refresher.wait(ticket, lambda index: index.version == version, timeout)

    def _version(self, caller: Caller | None, deadline: Deadline) -> str:
        if self._checker is None:
            return self._contained_version(caller)
        return self._checker.version(caller, self._check_timeout(deadline))

    def _contained_version(self, caller: Caller | None) -> str:
        with PluginBoundary("looking whether its data changed"):
            return self._data.version(caller)

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

    def _wait_for_repair(self, reader: IndexReader, caller: Caller | None, deadline: Deadline) -> None:
        """Start to rebuild a damaged index, and wait for it if that is quick.

        Raises:
            SourceUnavailable: It is not rebuilt yet.
        """
        ticket = self._refresher.request(caller)
        if reader.facts.build_seconds < self._limits.max_wait:
            timeout = deadline.within(self._limits.max_wait).remaining()
            self._refresher.wait(ticket, lambda loaded: loaded.reader is not reader, timeout)
        loaded = self._refresher.loaded
        if loaded is None or loaded.reader is reader:
            raise SourceUnavailable("its index file was damaged or removed, and is being rebuilt")

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
            raise SourceUnavailable(describe_error(failure.error)) from failure.error
        raise SourceUnavailable("its data are still being read for the first time")


def _is_missing(failure: RefreshFailure | None) -> bool:
    return failure is not None and isinstance(failure.error, SourceDataMissing)
