"""Which file a CSV source may read: a regular file below an allowed folder, whatever links lead there."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from xivo_dird.backend import InvalidSource, SourceDataMissing, SourceUnavailable


class CsvPath:
    """The file of one source. Raises `InvalidSource` if it lies outside the allowed `folders`."""

    def __init__(self, file: str, folders: Sequence[Path]) -> None:
        """A relative `file` is below the first folder."""
        self.path = folders[0] / file
        self._folders = folders
        if "\0" in file:
            raise InvalidSource(f"file: {file!r} is no path")
        try:
            self._check(os.path.realpath(self.path))
        except (OSError, ValueError) as error:
            raise InvalidSource(f"file: {file!r} is no path: {error}") from error

    def __str__(self) -> str:
        """Name the file for logs and errors."""
        return str(self.path)

    def status(self) -> os.stat_result:
        """Answer the status of the file. Raises `SourceDataMissing` if it is missing or no regular file."""
        try:
            return self._regular(self.path.stat())
        except OSError as error:
            raise self._gone(error) from error

    def open(self, max_bytes: int) -> int:
        """Return a descriptor of the file, opened for reading.

        Raises `SourceDataMissing` if there is no file, `InvalidSource` if a link leads outside, `SourceUnavailable`
        for a file of more than `max_bytes` bytes.

        Judged is what was opened, so that a link can't be changed in between; opening never waits for a FIFO.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise self._gone(error) from error
        try:
            size = self._regular(os.fstat(descriptor)).st_size
            if size > max_bytes:
                raise SourceUnavailable(
                    f"{self.path}: {size} bytes are more than max_file_size ({max_bytes})"
                )
            self._check(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _regular(self, status: os.stat_result) -> os.stat_result:
        if not stat.S_ISREG(status.st_mode):
            raise SourceDataMissing(f"{self.path} is {_kind(status.st_mode)}, not a regular file")
        return status

    def _check(self, real: str) -> None:
        if not any(Path(real).is_relative_to(os.path.realpath(folder)) for folder in self._folders):
            allowed = ", ".join(map(str, self._folders))
            raise InvalidSource(f"file: {self.path} is outside the allowed folders ({allowed})")

    def _gone(self, error: OSError) -> SourceDataMissing:
        return SourceDataMissing(f"{self.path} can't be read: {error.strerror}")


def stamp_of(status: os.stat_result) -> str:
    """Answer a text that differs whenever the file is another or was written to."""
    return f"{status.st_dev}:{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")
