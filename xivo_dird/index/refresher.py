"""Keeps the index of one source current: one background thread, one build at a time, last good data meanwhile."""

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

ROUNDS = 3
"""How often data that change while they are read are read again before they are served as they are."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An index that answers, and the version of the data it was asked to show."""

    reader: IndexReader
    version: str


@dataclass(frozen=True, slots=True)
class RefreshFailure:
    """Why there are no newer data; `version` is the one that could not be read, None if even that is unknown."""

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
    ) -> None:
        """Start nothing; the first request starts the thread. After a failure it pauses as `backoff` says."""
        self._backend = backend
        self._files = files
        self._closing = closing
        self._changed = threading.Condition()
        self._background = Background(f"snapshot {backend.options.name}", self._run)
        self._caller: Caller | None = None
        self._requested = 0
        self._done = 0
        self._backoff = backoff
        self._next_look: Deadline | None = None
        self.loaded: Loaded | None = None
        self.failure: RefreshFailure | None = None
        self.failing_since = 0.0
        """Seconds of the epoch: the first of the failures in a row, while there is a `failure`."""

    def request(self, caller: Caller | None) -> int:
        """Have the data looked at in the background; answers a ticket for `wait`."""
        with self._changed:
            self._requested += 1
            self._caller = caller
            self._background.start()
            self._changed.notify_all()
            return self._requested

    def wait(self, ticket: int, enough: Callable[[Loaded], bool], timeout: float) -> None:
        """Wait until the look that `ticket` stands for is over or what is loaded is `enough`, at most `timeout` s."""

        def is_over() -> bool:
            found = self._done >= ticket or (self.loaded is not None and enough(self.loaded))
            return found or self._closing.is_set()

        notify_blocking()
        with self._changed:
            self._changed.wait_for(is_over, timeout)

    def discard(self, reader: IndexReader, error: Exception) -> None:
        """Forget an index that failed; its checksum decides whether the file is opened again or built anew."""
        with self._changed:
            if self.loaded is None or self.loaded.reader is not reader:
                return
            self.loaded = None
        reader.close()
        logger.warning("Source %r: %s failed and is checked: %s", self._name, reader.path, error)

    def note(self, failure: RefreshFailure) -> None:
        """Keep why there are no newer data; logged once until it changes."""
        known = self.failure is not None and str(self.failure.error) == str(failure.error)
        if self.failure is None:
            self.failing_since = time.time()
        self.failure = failure
        if known or self._closing.is_set():
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
        """Wake all who wait and close the index; a backend that hangs is not waited for."""
        with self._changed:
            self._closing.set()
            self._background.end()
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
                self._changed.wait_for(self._is_due, self._until_next_look())
                if self._closing.is_set():
                    return
                covered, caller = self._requested, self._caller
            self._look(caller)
            with self._changed:
                self._done = covered
                self._changed.notify_all()

    def _is_due(self) -> bool:
        return self._closing.is_set() or self._requested > self._done

    def _until_next_look(self) -> float | None:
        return None if self._next_look is None else self._next_look.remaining()

    def _look(self, caller: Caller | None) -> None:
        """Load the data as they are now, or keep what there is and try again after a pause."""
        version: str | None = None
        try:
            version = self._backend.version(caller)
            self._publish(self._load(version, caller))
        except Exception as error:  # noqa: BLE001 - plugin border: whatever a listing raises, the last good data answer
            self._retry(RefreshFailure(version, error))
            return
        self._backoff.reset()
        interval = self._backend.check_interval
        self._next_look = Deadline.after(interval) if interval > 0 else None

    def _load(self, version: str, caller: Caller | None) -> Loaded:
        """Read the data until they did not change meanwhile, or `ROUNDS` times."""
        if self.loaded is not None and self.loaded.version == version:
            return self.loaded
        for _ in range(ROUNDS - 1):
            reader = self._read(version, caller)
            try:
                newer = self._backend.version(caller)
            except BaseException:
                reader.close()
                raise
            if newer == version:
                return Loaded(reader, version)
            reader.close()
            version = newer
        return Loaded(self._read(version, caller), version)

    def _read(self, version: str, caller: Caller | None) -> IndexReader:
        return self._files.adopt_or_build(version, lambda: self._backend.entries(caller))

    def _publish(self, loaded: Loaded) -> None:
        with self._changed:
            old, self.failure = self.loaded, None
            if old is loaded:
                return
            is_late = self._closing.is_set()
            if not is_late:
                self.loaded = loaded
                self._changed.notify_all()
        if is_late:
            loaded.reader.close()
            return
        if old is not None:
            old.reader.close()
        self._files.prune(loaded.reader)
        facts = loaded.reader.facts
        logger.info(
            "Source %r: %d entries, indexed in %.1f s", self._name, facts.entries, facts.build_seconds
        )

    def _retry(self, failure: RefreshFailure) -> None:
        self.note(failure)
        self._next_look = Deadline.after(self._backoff.next_pause())

    def _consequence(self, failure: RefreshFailure) -> str:
        if isinstance(failure.error, SourceDataMissing):
            return "nothing is answered"
        return "it has no data" if self.loaded is None else "the last good data answer"
