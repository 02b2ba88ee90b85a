"""The folder of the files of one index, which several processes open, build and remove concurrently.

A file is called `index-<fingerprint>-<checksum>.sqlite`. The fingerprint identifies the data and the shape of the
index. The checksum (CRC-32 of the content) shows that the file is complete. Every reader holds a shared `flock` on
its file. Only a wrong checksum, or SQLite, condemns a file: a process that lacks a descriptor, memory or a right
has no reason to remove it.
"""

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from xivo_dird.backend import Entry, SourceUnavailable
from xivo_dird.index.builder import IndexBuilder, staging_files
from xivo_dird.index.checksum import checksum_of
from xivo_dird.index.format import IndexShape
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, IndexLimits
from xivo_dird.index.listed_entries import ListedEntries
from xivo_dird.index.open_file import IndexDamaged, IndexLost, OpenIndexFile
from xivo_dird.index.order_names import modified_at, remove_orphans
from xivo_dird.index.patcher import IndexPatcher
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.sync import SyncedEntries

logger = logging.getLogger(__name__)

_INDEXES = "index-*.sqlite"
_LEFTOVERS = ("*.part*", "index-*.sqlite-*")
"""Files of a builder that was killed: `-journal`, `-wal` and the like are SQLite's."""


class IndexFiles:
    """The files of one index."""

    def __init__(
        self,
        folder: SharedFolder,
        shape: IndexShape,
        closing: threading.Event,
        limits: IndexLimits = DEFAULT_INDEX_LIMITS,
    ) -> None:
        """Create nothing on disk yet.

        Args:
            folder: A folder for the files of this index; each reader and each build holds it.
            shape: What is indexed, and how.
            closing: Set to end every wait and every build.
            limits: The limits of a build.
        """
        self._shared = folder
        self._folder = folder.path
        self._shape = shape
        self._closing = closing
        self._limits = limits
        self._locks: set[FileLock] = set()

    def open_existing(self, version: str) -> IndexReader | None:
        """Open the index of `version` if there is a complete one; remove damaged ones.

        Raises:
            OSError: A file can't be opened or read at present.
            SourceUnavailable: SQLite can't open a file at present.
        """
        for path in self._folder.glob(f"index-{self._shape.fingerprint(version)}-*.sqlite"):
            reader = self._open(path)
            if reader is not None:
                return reader
        return None

    def open_former(self) -> IndexReader | None:
        """Open the latest complete index of this shape, whatever its version is.

        Raises:
            OSError: A file can't be opened or read at present.
            SourceUnavailable: SQLite can't open a file at present.
        """
        with self._shared.held():
            for path in sorted(self._folder.glob(_INDEXES), key=modified_at, reverse=True):
                reader = self._open(path)
                if reader is None:
                    continue
                if path.name.startswith(f"index-{self._shape.fingerprint(reader.facts.version)}-"):
                    return reader
                reader.close()
        return None

    def remove(self) -> None:
        """Remove all index files; those who read one go on to read it."""
        for path in self._folder.glob(_INDEXES):
            with suppress(OSError):  # another process has removed it, or the disk can only be read
                path.unlink()
        remove_orphans(self._folder)

    def open_or_build(self, version: str, entries: Callable[[], Iterable[Entry]]) -> IndexReader:
        """Open the index of `version`; build it first unless this or another process has already built it.

        Args:
            version: The version of the data.
            entries: Lists all entries of that version.

        Raises:
            SourceUnavailable: The folder can't be read or written, or the source is being closed.
            Exception: Whatever `entries` raises.
        """
        try:
            with self._shared.held():
                existing = self.open_existing(version)
                if existing is not None:
                    return existing
                with self._build_lock():
                    return self.open_existing(version) or self._build(version, entries)
        except (OSError, sqlite3.Error) as error:
            raise SourceUnavailable(f"can't write the index in {self._folder}: {error}") from error

    def prune(self, current: IndexReader) -> bool:
        """Remove the index files without a reader, except the file of `current`; return whether none is left."""
        try:
            others = [path for path in self._folder.glob(_INDEXES) if path != current.file.path]
        except OSError:  # too many open files
            return False
        for path in others:
            with suppress(OSError), _open_read_only(path) as descriptor:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        remove_orphans(self._folder)
        return not any(path.exists() for path in others)

    def condemn(self, reader: IndexReader) -> None:
        """Remove the file of a reader that SQLite can't read although its checksum is right."""
        if reader.file.is_at_path():
            with suppress(OSError):
                reader.file.path.unlink()

    def abandon_build(self) -> None:
        """Release the lock for building, after `closing` has been set: a directory may hang while it is listed."""
        for lock in list(self._locks):
            lock.release()

    def _build(self, version: str, entries: Callable[[], Iterable[Entry]]) -> IndexReader:
        _remove(self._folder, _LEFTOVERS)
        part = self._folder / f"build-{uuid4().hex}.part"
        try:
            files = (part, *staging_files(part))
            listing = ListedEntries(entries, self._closing.is_set, self._limits, files)
            if not self._patch(part, version, listing):
                IndexBuilder(self._shape).build(part, version, listing)
            return self._publish(part, version)
        finally:
            part.unlink(missing_ok=True)

    def _patch(self, part: Path, version: str, listing: ListedEntries) -> bool:
        """Write the index of a copy from the former index; return False if it has to be built anew."""
        listed = listing.listed
        if not isinstance(listed, SyncedEntries) or (former := self.open_former()) is None:
            return False
        try:
            patcher = IndexPatcher(self._shape, self._limits, listing.check_copy)
            if patcher.patch(part, version, former, listed):
                return True
        except (OSError, sqlite3.Error) as error:
            logger.warning("the index %s is built anew: %s", former.file.path, error)
        finally:
            former.close()
        part.unlink(missing_ok=True)
        return False

    def _publish(self, part: Path, version: str) -> IndexReader:
        """Rename a built file that is locked already, so that nobody takes it for a file without a reader."""
        with _open_shared(part) as descriptor:
            name = f"index-{self._shape.fingerprint(version)}-{checksum_of(descriptor)}.sqlite"
            path = part.rename(self._folder / name)
            try:
                return self._reader(path, descriptor)
            except (IndexDamaged, IndexLost) as error:
                raise SourceUnavailable(f"the new index was damaged at once: {error}") from error

    def _open(self, path: Path) -> IndexReader | None:
        """Open, lock and verify an index file, so that no process removes it while it is read.

        Returns:
            None if the file is gone, or was damaged and has been removed.

        Raises:
            OSError: The file can't be opened or read at present.
            SourceUnavailable: SQLite can't open the file at present.
        """
        try:
            with _open_shared(path) as descriptor:
                if not os.fstat(descriptor).st_nlink:
                    return None
                if path.stem.endswith(checksum_of(descriptor)):
                    return self._reader(path, descriptor)
        except (FileNotFoundError, IndexLost):
            return None
        except IndexDamaged:
            pass
        with suppress(OSError):  # on a disk that can only be read
            path.unlink()
        return None

    def _reader(self, path: Path, descriptor: int) -> IndexReader:
        self._shared.hold()
        try:
            file = OpenIndexFile(path, descriptor, self._shared.release)
        except BaseException:
            self._shared.release()
            raise
        try:
            return IndexReader(file, self._shape)
        except BaseException:
            file.close()
            raise

    @contextmanager
    def _build_lock(self) -> Iterator[None]:
        """Hold the lock for building.

        Raises:
            SourceUnavailable: The source was closed while waiting for the lock.
        """
        lock = _lock_of(self._folder)
        try:
            lock.acquire(cancel_check=self._closing.is_set)
        except Timeout as error:
            raise SourceUnavailable("the source is being closed") from error
        self._locks.add(lock)
        try:
            if self._closing.is_set():
                raise SourceUnavailable("the source is being closed")
            yield
        finally:
            self._locks.discard(lock)
            lock.release()


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed builder left in the folder of an index, unless somebody is building.

    Raises:
        OSError: Something can't be removed.
    """
    if not any(any(folder.glob(pattern)) for pattern in _LEFTOVERS):
        return
    lock = _lock_of(folder)
    try:
        with SharedFolder(folder).held(), lock.acquire(blocking=False):
            _remove(folder, _LEFTOVERS)
    except Timeout:
        return


def _lock_of(folder: Path) -> FileLock:
    """Return the lock for building in a folder; any thread can release it."""
    return FileLock(folder / "build.lock", mode=0o600, fallback_to_soft=False, thread_local=False)


def _remove(folder: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for leftover in folder.glob(pattern):
            leftover.unlink(missing_ok=True)


@contextmanager
def _open_shared(path: Path) -> Iterator[int]:
    """Open a file with the lock of a reader; a duplicate of the descriptor keeps the lock."""
    with _open_read_only(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield descriptor


@contextmanager
def _open_read_only(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
