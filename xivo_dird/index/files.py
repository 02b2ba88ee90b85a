"""The folder of a source's index files: adopted, built and removed by several processes at once.

A file is called `index-<fingerprint>-<checksum>.sqlite`. The fingerprint says of which data and shape it is, the
checksum (CRC-32 of the content) that it is whole. A shared `flock` on it says that somebody reads it.
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

LOCK_PAUSE = 0.05
"""Seconds between two tries to get the lock of a folder in which another process builds."""

_CHUNK = 1 << 20


class IndexFiles:
    """The index files of one source in `directory`, a folder of its own."""

    def __init__(self, directory: Path, shape: IndexShape, closing: threading.Event) -> None:
        """`closing` ends every wait and every build."""
        self._directory = directory
        self._shape = shape
        self._closing = closing

    def adopt(self, version: str) -> IndexReader | None:
        """Open the index of `version` if there is a whole one; a broken one is removed."""
        for path in self._directory.glob(f"index-{self._shape.fingerprint(version)}-*.sqlite"):
            reader = self._open(path, verify=True)
            if reader is not None:
                return reader
        return None

    def adopt_or_build(self, version: str, entries: Callable[[], Iterable[Entry]]) -> IndexReader:
        """Open the index of `version`, after building it unless another process did meanwhile.

        Raises what `entries` raises, `SourceUnavailable` if the folder can't be written.
        """
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            adopted = self.adopt(version)
            if adopted is not None:
                return adopted
            with self._locked():
                return self.adopt(version) or self._build(version, entries())
        except (OSError, sqlite3.Error) as error:
            raise SourceUnavailable(f"can't write the index in {self._directory}: {error}") from error

    def prune(self, keep: IndexReader) -> None:
        """Remove the index files that nobody reads, except `keep`."""
        for path in self._directory.glob("index-*.sqlite"):
            if path != keep.path:
                with suppress(OSError), _opened(path) as descriptor:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()

    def _build(self, version: str, entries: Iterable[Entry]) -> IndexReader:
        for left_behind in self._directory.glob("*.part*"):
            left_behind.unlink()
        part = self._directory / "build.part"
        try:
            IndexBuilder(self._shape, lambda: not self._closing.is_set()).build(part, version, entries)
            with _opened(part) as descriptor:
                checksum = _checksum(descriptor)
            path = self._directory / f"index-{self._shape.fingerprint(version)}-{checksum}.sqlite"
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        reader = self._open(path, verify=False)
        if reader is None:
            raise SourceUnavailable(f"the new index {path} was damaged at once")
        return reader

    def _open(self, path: Path, *, verify: bool) -> IndexReader | None:
        """Open an index that nobody may remove from then on; None if it is gone or was broken and is removed."""
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
    def _locked(self) -> Iterator[None]:
        """Hold the right to build; raises `SourceUnavailable` when closed while waiting for it."""
        lock = FileLock(self._directory / "build.lock", mode=0o600, fallback_to_soft=False)
        try:
            lock.acquire(poll_interval=LOCK_PAUSE, cancel_check=self._closing.is_set)
        except Timeout as error:
            raise SourceUnavailable("the source is being closed") from error
        try:
            yield
        finally:
            lock.release()


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _checksum(descriptor: int) -> str:
    """Compute the CRC-32 of a file's content, as 8 hexadecimal digits."""
    checksum = position = 0
    while chunk := os.pread(descriptor, _CHUNK, position):
        checksum = crc32(chunk, checksum)
        position += len(chunk)
    return f"{checksum:08x}"
