"""The folder of a source's index files, which several processes open, build and remove concurrently.

A file is called `index-<fingerprint>-<checksum>.sqlite`. The fingerprint identifies the data and the shape of the
index. The checksum (CRC-32 of the content) shows that the file is complete. Every reader holds a shared `flock` on
its file.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from filelock import FileLock, Timeout

from xivo_dird.backend import Entry, SourceUnavailable
from xivo_dird.index.builder import IndexBuilder
from xivo_dird.index.format import IndexShape
from xivo_dird.index.reader import IndexDamaged, IndexReader

LOCK_POLL_SECONDS = 0.05
"""Seconds between two attempts to lock a folder in which another process is building."""

_CHUNK_BYTES = 1 << 20


class IndexFiles:
    """The index files of one source."""

    def __init__(self, folder: Path, shape: IndexShape, closing: threading.Event) -> None:
        """Create nothing on disk yet.

        Args:
            folder: A folder that contains only the index files of this source.
            shape: What is indexed, and how.
            closing: Set to end every wait and every build.
        """
        self._folder = folder
        self._shape = shape
        self._closing = closing

    def open_existing(self, version: str) -> IndexReader | None:
        """Open the index of `version` if there is a complete one; remove damaged ones."""
        for path in self._folder.glob(f"index-{self._shape.fingerprint(version)}-*.sqlite"):
            reader = self._open(path, verify=True)
            if reader is not None:
                return reader
        return None

    def open_or_build(self, version: str, entries: Callable[[], Iterable[Entry]]) -> IndexReader:
        """Open the index of `version`; build it first unless this or another process has already built it.

        Args:
            version: The version of the data.
            entries: Lists all entries of that version.

        Raises:
            SourceUnavailable: The folder can't be written, or the source is being closed.
            Exception: Whatever `entries` raises.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            existing = self.open_existing(version)
            if existing is not None:
                return existing
            with self._build_lock():
                return self.open_existing(version) or self._build(version, entries())
        except (OSError, sqlite3.Error) as error:
            raise SourceUnavailable(f"can't write the index in {self._folder}: {error}") from error

    def prune(self, current: IndexReader) -> None:
        """Remove the index files without a reader, except the file of `current`."""
        for path in self._folder.glob("index-*.sqlite"):
            if path != current.path:
                with suppress(OSError), _open_read_only(path) as descriptor:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()

    def _build(self, version: str, entries: Iterable[Entry]) -> IndexReader:
        for leftover in self._folder.glob("*.part*"):
            leftover.unlink()
        part = self._folder / "build.part"
        try:
            IndexBuilder(self._shape, lambda: not self._closing.is_set()).build(part, version, entries)
            with _open_read_only(part) as descriptor:
                checksum = _checksum(descriptor)
            path = self._folder / f"index-{self._shape.fingerprint(version)}-{checksum}.sqlite"
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        reader = self._open(path, verify=False)
        if reader is None:
            raise SourceUnavailable(f"the new index {path} was damaged at once")
        return reader

    def _open(self, path: Path, *, verify: bool) -> IndexReader | None:
        """Open and lock an index file, so that no process removes it while it is read.

        Returns:
            None if the file is gone, or was damaged and has been removed.
        """
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if os.fstat(descriptor).st_nlink and (not verify or path.stem.endswith(_checksum(descriptor))):
                return IndexReader(path, descriptor, self._shape)
        except (OSError, IndexDamaged):
            pass
        os.close(descriptor)
        path.unlink(missing_ok=True)
        return None

    @contextmanager
    def _build_lock(self) -> Iterator[None]:
        """Hold the lock for building.

        Raises:
            SourceUnavailable: The source was closed while waiting for the lock.
        """
        lock = FileLock(self._folder / "build.lock", mode=0o600, fallback_to_soft=False)
        try:
            lock.acquire(poll_interval=LOCK_POLL_SECONDS, cancel_check=self._closing.is_set)
        except Timeout as error:
            raise SourceUnavailable("the source is being closed") from error
        try:
            yield
        finally:
            lock.release()


@contextmanager
def _open_read_only(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _checksum(descriptor: int) -> str:
    """Return the CRC-32 of a file's content as 8 hexadecimal digits."""
    checksum = position = 0
    while chunk := os.pread(descriptor, _CHUNK_BYTES, position):
        checksum = crc32(chunk, checksum)
        position += len(chunk)
    return f"{checksum:08x}"
