"""The index that is served at present: it is replaced by newer ones, and given up when its file is damaged."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.snapshot_threads import SnapshotThreads

logger = logging.getLogger(__name__)

PRUNE_SECONDS = 3.0
"""Seconds until another attempt to remove index files that still have a reader."""


@dataclass(frozen=True, slots=True)
class LoadedIndex:
    """An open index, and the version of the data that it was opened for."""

    reader: IndexReader
    version: str


class CurrentIndex:
    """Owns the open index and its file. `loaded` may be read at any time without a lock."""

    def __init__(self, name: str, files: IndexFiles, threads: SnapshotThreads) -> None:
        """Load nothing yet.

        Args:
            name: The name of the source.
            files: The index files.
            threads: Where files are removed and verified.
        """
        self._name = name
        self._files = files
        self._threads = threads
        self._lock = threading.Lock()
        self._discarded: str | None = None
        self._is_closed = False
        self._must_reopen = False
        self.loaded: LoadedIndex | None = None

    def is_current(self, version: str) -> bool:
        """Return whether the loaded index has this version, and a file that can be opened again."""
        loaded = self.loaded  # another thread may discard it
        return loaded is not None and loaded.version == version and not self._must_reopen

    def replace(self, loaded: LoadedIndex) -> None:
        """Serve from this index, and close the previous one; after `close`, close this one instead."""
        with self._lock:
            previous = loaded if self._is_closed else self.loaded
            if not self._is_closed:
                self.loaded = loaded
                self._must_reopen = False
        if previous is not None:
            previous.reader.close()

    def prune(self) -> None:
        """Remove the files of other versions; try again later while other processes or instances read them."""
        loaded = self.loaded
        if loaded is not None and not self._files.prune(loaded.reader):
            self._threads.schedule.call_after(PRUNE_SECONDS, self._queue_prune)

    def discard(self, reader: IndexReader, error: Exception) -> None:
        """Close an index that SQLite can't read. Its checksum decides whether the file is opened again or rebuilt.

        A file that is discarded again although its checksum was right is rebuilt, too.
        """
        with self._lock:
            if self.loaded is None or self.loaded.reader is not reader:
                return
            self.loaded = None
        path = reader.file.path
        if path.name == self._discarded:
            self._files.condemn(reader)
        self._discarded = path.name
        reader.close()
        logger.warning("Source %r: the index file %s is damaged: %s", self._name, path, error)

    def reopen(self, reader: IndexReader) -> None:
        """Require that the file of an index is built or opened again; the index is served until then."""
        with self._lock:
            if self.loaded is not None and self.loaded.reader is reader:
                self._must_reopen = True

    def verify(self, reader: IndexReader, rebuild: Callable[[], object]) -> None:
        """Look in the background whether a file is damaged from which an unexpected error came.

        Args:
            reader: The index.
            rebuild: Called if it is damaged and has been discarded.
        """

        def look() -> None:
            try:
                if reader.file.is_damaged():
                    self.discard(reader, ValueError("its checksum is wrong"))
                    rebuild()
            except (OSError, SourceUnavailable) as error:
                logger.warning("Source %r: its index can't be verified: %s", self._name, error)

        with suppress(SourceUnavailable):  # the source is being closed
            self._threads.tasks.run(look)

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            self._is_closed = True
            loaded, self.loaded = self.loaded, None
        if loaded is not None:
            loaded.reader.close()

    def _queue_prune(self) -> None:
        if not self._is_closed:
            with suppress(SourceUnavailable):  # the source is being closed
                self._threads.tasks.run(self.prune)
