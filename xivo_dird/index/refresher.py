"""Keeps the index of one source current: a background thread builds while the last good data are served."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from xivo_dird.backend import Caller, SnapshotBackend, SourceDataMissing, SourceOptions, SourceUnavailable
from xivo_dird.blocking import notify_blocking
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.reader import IndexReader
from xivo_dird.threads.background import Background
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

logger = logging.getLogger(__name__)

MAX_READS = 3
"""Maximum number of reads of data that change while being read; the last read is served."""


@dataclass(frozen=True, slots=True)
class LoadedIndex:
    """An open index, and the version of the data that it was opened for."""

    reader: IndexReader
    version: str


@dataclass(frozen=True, slots=True)
class RefreshFailure:
    """Why there are no newer data.

    Attributes:
        version: The version that could not be read, None if the version is unknown.
        error: What the backend or the build raised.
    """

    version: str | None
    error: Exception


class IndexRefresher:
    """Owns the current index. `loaded` and `failure` may be read at any time without a lock."""

    def __init__(
        self,
        backend: SnapshotBackend[SourceOptions],
        files: IndexFiles,
        closing: threading.Event,
        backoff: Backoff,
        max_reads: int = MAX_READS,
    ) -> None:
        """Start nothing yet; the first request starts the thread.

        Args:
            backend: Lists the data.
            files: The index files of the source.
            closing: Set by `close`; it ends every wait.
            backoff: The pauses after failures.
            max_reads: Maximum number of reads of data that change while being read; the last read is served.
        """
        self._backend = backend
        self._files = files
        self._closing = closing
        self._max_reads = max_reads
        self._changed = threading.Condition()
        self._background = Background(f"snapshot {backend.options.name}", self._run)
        self._caller: Caller | None = None
        self._requested = 0
        self._completed = 0
        self._backoff = backoff
        self._next_check: Deadline | None = None
        self.loaded: LoadedIndex | None = None
        self.failure: RefreshFailure | None = None
        self.failing_since = 0.0
        """Seconds since the epoch: the first of the consecutive failures, while there is a `failure`."""

    def request(self, caller: Caller | None) -> int:
        """Request a refresh in the background, on behalf of `caller`; return a ticket for `wait`."""
        with self._changed:
            self._requested += 1
            self._caller = caller
            self._background.start()
            self._changed.notify_all()
            return self._requested

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
            self._changed.wait_for(is_over, timeout)

    def discard(self, reader: IndexReader, error: Exception) -> None:
        """Close an index that failed. Its checksum then decides whether the file is opened again or rebuilt."""
        with self._changed:
            if self.loaded is None or self.loaded.reader is not reader:
                return
            self.loaded = None
        reader.close()
        logger.warning(
            "Source %r: index file %s failed and will be verified: %s", self._name, reader.path, error
        )

    def record_failure(self, failure: RefreshFailure) -> None:
        """Store why there are no newer data; log it unless the previous failure had the same text."""
        is_repeated = self.failure is not None and str(self.failure.error) == str(failure.error)
        if self.failure is None:
            self.failing_since = time.time()
        self.failure = failure
        if is_repeated or self._closing.is_set():
            return
        unexpected = None if isinstance(failure.error, SourceUnavailable) else failure.error
        logger.warning(
            "Source %r can't be read, %s: %s",
            self._name,
            self._consequence(failure),
            failure.error,
            exc_info=unexpected,
        )

    def close(self) -> None:
        """Wake all waiting threads and close the index, without waiting for a backend that hangs."""
        with self._changed:
            self._closing.set()
            self._background.request_stop()
            loaded, self.loaded = self.loaded, None
            self._changed.notify_all()
        if loaded is not None:
            loaded.reader.close()

    @property
    def _name(self) -> str:
        return self._backend.options.name

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._is_due, self._seconds_to_next_check())
                if self._closing.is_set():
                    return
                ticket, caller = self._requested, self._caller
            self._refresh(caller)
            with self._changed:
                self._completed = ticket
                self._changed.notify_all()

    def _is_due(self) -> bool:
        return self._closing.is_set() or self._requested > self._completed

    def _seconds_to_next_check(self) -> float | None:
        return None if self._next_check is None else self._next_check.remaining()

    def _refresh(self, caller: Caller | None) -> None:
        """Load the current data; on failure keep the loaded index and schedule a retry."""
        version: str | None = None
        try:
            version = self._backend.version(caller)
            self._publish(self._load(version, caller))
        except Exception as error:  # noqa: BLE001 - plugin boundary: any error leaves the last good data in place
            self._schedule_retry(RefreshFailure(version, error))
            return
        self._backoff.reset()
        interval = self._backend.check_interval
        self._next_check = Deadline.after(interval) if interval > 0 else None

    def _load(self, version: str, caller: Caller | None) -> LoadedIndex:
        """Read the data if they are new, and again if they changed during the read, at most `max_reads` times."""
        if self.loaded is not None and self.loaded.version == version:
            return self.loaded
        for _ in range(self._max_reads - 1):
            reader = self._read(version, caller)
            try:
                newer = self._backend.version(caller)
            except BaseException:
                reader.close()
                raise
            if newer == version:
                return LoadedIndex(reader, version)
            reader.close()
            version = newer
        return LoadedIndex(self._read(version, caller), version)

    def _read(self, version: str, caller: Caller | None) -> IndexReader:
        return self._files.open_or_build(version, lambda: self._backend.entries(caller))

    def _publish(self, loaded: LoadedIndex) -> None:
        """Serve from this index; close the previous one and remove unused files."""
        with self._changed:
            previous, self.failure = self.loaded, None
            if previous is loaded:
                return
            is_closed = self._closing.is_set()
            if not is_closed:
                self.loaded = loaded
                self._changed.notify_all()
        if is_closed:
            loaded.reader.close()
            return
        if previous is not None:
            previous.reader.close()
        self._files.prune(loaded.reader)
        facts = loaded.reader.facts
        logger.info(
            "Source %r: %d entries, indexed in %.1f s", self._name, facts.entries, facts.build_seconds
        )

    def _schedule_retry(self, failure: RefreshFailure) -> None:
        self.record_failure(failure)
        self._next_check = Deadline.after(self._backoff.next_pause())

    def _consequence(self, failure: RefreshFailure) -> str:
        """Return what the failure means for lookups, for the log."""
        if isinstance(failure.error, SourceDataMissing):
            return "it returns nothing"
        return "it has no data" if self.loaded is None else "the last good data are used"
