"""Keeps one index current: tasks in the background build while the last good data are served."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from xivo_dird.backend import Caller, SourceDataMissing, SourceUnavailable
from xivo_dird.blocking import notify_blocking
from xivo_dird.exceptions import DirdError, PluginBoundary, error_message
from xivo_dird.index.builds import IndexBuilds
from xivo_dird.index.current_index import CurrentIndex, LoadedIndex
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.limits import MAX_READS
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.state import RefreshFailure
from xivo_dird.threads.retry import Backoff
from xivo_dird.threads.schedule import ScheduledCall

logger = logging.getLogger(__name__)


class IndexRefresher:
    """Refreshes the current index in tasks, one at a time. `failure` may be read at any time without a lock."""

    def __init__(
        self,
        data: DirectoryData,
        files: IndexFiles,
        builds: IndexBuilds,
        threads: SnapshotThreads,
        closing: threading.Event,
        backoff: Backoff,
        max_reads: int = MAX_READS,
    ) -> None:
        """Start nothing yet; the first request does.

        Args:
            data: The data of the directory.
            files: The index files.
            builds: Builds the indexes.
            threads: Where the tasks run.
            closing: Set by `retire` and `close`; it ends every wait and every build.
            backoff: The pauses after failures.
            max_reads: Maximum number of reads of data that change while being read; the last read is served.
        """
        self._data = data
        self._files = files
        self._builds = builds
        self._threads = threads
        self._closing = closing
        self._max_reads = max_reads
        self._changed = threading.Condition()
        self._caller: Caller | None = None
        self._requested = 0
        self._completed = 0
        self._waiting = 0
        self._is_queued = False
        self._is_retired = False
        self._backoff = backoff
        self._next_check: ScheduledCall | None = None
        self.current = CurrentIndex(data.name, files, threads)
        self.failure: RefreshFailure | None = None
        self.failing_since = 0.0
        """Seconds since the epoch: the first of the consecutive failures, while there is a `failure`."""

    @property
    def loaded(self) -> LoadedIndex | None:
        """Return the index that is served at present."""
        return self.current.loaded

    def request(self, caller: Caller | None) -> int:
        """Request a refresh in the background, on behalf of `caller`; return a ticket for `wait`.

        Raises:
            SourceUnavailable: The source was edited or removed, or no thread can be started.
        """
        with self._changed:
            if self._is_retired:
                raise SourceUnavailable("the source was edited or removed")
            self._caller = caller
            self._queue()
            self._requested += 1
            return self._requested

    def join(self, caller: Caller | None) -> int:
        """Return the ticket of a refresh that waits or runs; without one, request one on behalf of `caller`.

        Raises:
            SourceUnavailable: The source was edited or removed, or no thread can be started.
        """
        with self._changed:
            return self._completed + 1 if self._is_queued else self.request(caller)

    def use_caller(self, caller: Caller) -> int | None:
        """Refresh on behalf of this caller from now on: the token of the last one may have expired.

        Returns:
            The ticket of a refresh that was requested because the last one failed for another caller, else None.

        Raises:
            SourceUnavailable: The source was edited or removed, or no thread can be started.
        """
        with self._changed:
            if caller == self._caller:
                return None
            self._caller = caller
            must_retry = self.failure is not None and not self._is_retired
        return self.request(caller) if must_retry else None

    def wait(self, ticket: int, is_sufficient: Callable[[LoadedIndex], bool], timeout: float) -> None:
        """Wait until a refresh is completed, the loaded index suffices, or the source is being closed.

        Args:
            ticket: The request whose refresh is waited for.
            is_sufficient: Checks whether the loaded index suffices already.
            timeout: Seconds to wait at most.
        """

        def is_over() -> bool:
            if self._completed >= ticket or (self.loaded is not None and is_sufficient(self.loaded)):
                return True
            return self._closing.is_set()

        notify_blocking()
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(is_over, timeout)
            self._waiting -= 1

    def record_failure(self, failure: RefreshFailure) -> None:
        """Store why there are no newer data; log it unless the previous failure had the same text."""
        text, previous = error_message(failure.error), self.failure
        if previous is None:
            self.failing_since = time.time()
        self.failure = failure
        is_repeated = previous is not None and error_message(previous.error) == text
        if is_repeated or self._closing.is_set():
            return
        unexpected = None if isinstance(failure.error, SourceUnavailable) else failure.error
        is_usual = self._data.per_user and isinstance(failure.error, SourceDataMissing)
        logger.log(
            logging.INFO if is_usual else logging.WARNING,
            "Source %r can't be read, %s: %s",
            self._data.name,
            self._consequence(failure),
            text,
            exc_info=unexpected,
        )

    def retire(self) -> None:
        """Stop refreshing, and end a running refresh for which nobody waits; the loaded index can still be read."""
        with self._changed:
            self._is_retired = True
            self._cancel_next_check()
            is_ending = not self._waiting
            if is_ending:
                self._closing.set()
        if is_ending:
            self._builds.abort()

    def close(self) -> None:
        """Wake all waiting threads and close the index, without waiting for a backend that hangs."""
        self.retire()
        self.current.close()
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        self._builds.abort()

    def _queue(self) -> None:
        if not self._is_queued:
            self._threads.tasks.run(self._run)
            self._is_queued = True

    def _run(self) -> None:
        with self._changed:
            self._cancel_next_check()
            ticket, caller = self._requested, self._caller
        try:
            if not self._closing.is_set():
                self._refresh(caller)
        finally:
            self._complete(ticket)

    def _complete(self, ticket: int) -> None:
        with self._changed:
            self._is_queued = False
            self._completed = ticket
            if self._requested > ticket and not self._is_retired:
                with suppress(SourceUnavailable):  # the source is being closed
                    self._queue()
            self._changed.notify_all()

    def _refresh(self, caller: Caller | None) -> None:
        """Load the current data; on failure keep the loaded index and schedule a retry."""
        version: str | None = None
        try:
            with PluginBoundary("reading its data"):
                self._serve_former()
                version = self._data.version(caller)
                self._publish(self._load(version, caller))
        except Exception as error:  # noqa: BLE001 - plugin boundary: any error leaves the last good data in place
            if self._data.per_user and isinstance(error, SourceDataMissing):
                self._files.remove()  # or they would be served at the next first question
            self.record_failure(RefreshFailure(version, error))
            self._schedule_check(self._pause_after(error))
            return
        self._backoff.reset()
        if self._data.check_interval > 0:
            self._schedule_check(self._data.check_interval)

    def _pause_after(self, error: Exception) -> float:
        """Return the seconds until the next attempt, for which a server may have asked."""
        asked = error.retry_after if isinstance(error, DirdError) else None
        return max(self._backoff.next_pause(), asked or 0)

    def _serve_former(self) -> None:
        """Serve the former data from the disk until newer ones are read, which may take a while, or fail.

        The index of a user is closed when it is not used, so many questions are the first one. After a restart, a
        server may be down. A question that checks the version itself waits for the data of that version.
        """
        if self.loaded is not None or self._data.check_interval == 0:
            return
        with suppress(OSError, sqlite3.Error, SourceUnavailable):  # reading the data says what is wrong
            former = self._files.open_former()
            if former is not None:
                self._publish(LoadedIndex(former, former.facts.version))

    def _load(self, version: str, caller: Caller | None) -> LoadedIndex:
        """Read the data if they are new, and again if they changed during the read, at most `max_reads` times.

        A copy is consistent, whatever has changed meanwhile: it is used, and the next refresh reads the changes.
        """
        loaded = self.loaded
        if loaded is not None and self.current.is_current(version):
            return loaded
        for _ in range(self._max_reads - 1):
            reader = self._read(version, caller)
            if reader.facts.revision is not None:
                return LoadedIndex(reader, version)
            try:
                newer = self._data.version(caller)
            except BaseException:
                reader.close()
                raise
            if newer == version:
                return LoadedIndex(reader, version)
            reader.close()
            version = newer
        return LoadedIndex(self._read(version, caller), version)

    def _read(self, version: str, caller: Caller | None) -> IndexReader:
        former = None if self.loaded is None else self.loaded.reader.facts
        return self._builds.open_or_build(version, caller, former)

    def _publish(self, loaded: LoadedIndex) -> None:
        """Serve from this index; close the previous one and remove unused files."""
        self.failure = None
        if self.loaded is loaded:
            return
        self.current.replace(loaded)
        with self._changed:
            self._changed.notify_all()
        self.current.prune()
        facts = loaded.reader.facts
        logger.info(
            "Source %r: %d entries, indexed in %.1f s", self._data.name, facts.entries, facts.build_seconds
        )

    def _schedule_check(self, seconds: float) -> None:
        with self._changed:
            if not self._is_retired:
                self._cancel_next_check()
                self._next_check = self._threads.schedule.call_after(seconds, self._check)

    def _check(self) -> None:
        try:
            self.request(self._caller)
        except SourceUnavailable:  # no thread can be started, or the source is being closed
            self._schedule_check(self._backoff.next_pause())

    def _cancel_next_check(self) -> None:
        if self._next_check is not None:
            self._next_check.cancel()
            self._next_check = None

    def _consequence(self, failure: RefreshFailure) -> str:
        """Return what the failure means for lookups, for the log."""
        if isinstance(failure.error, SourceDataMissing):
            return "it returns nothing"
        return "it has no data" if self.loaded is None else "the last good data are used"
