"""The file of a CSV source: a regular file below an allowed folder, after links are resolved."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from xivo_dird.backend import InvalidSource, SourceDataMissing, SourceUnavailable


class CsvPath:
    """The file of one source, which must be below one of the allowed folders."""

    def __init__(self, file: str, folders: Sequence[Path]) -> None:
        """Check that the file is below an allowed folder; it need not exist.

        Args:
            file: The path; a relative one is below the first folder.
            folders: The allowed folders.

        Raises:
            InvalidSource: The file is outside the folders, or `file` is not a valid path.
        """
        self.path = folders[0] / file
        self._folders = folders
        if "\0" in file:
            raise InvalidSource(f"file: {file!r} is no path")
        try:
            self._check_is_allowed(os.path.realpath(self.path))
        except (OSError, ValueError) as error:
            raise InvalidSource(f"file: {file!r} is no path: {error}") from error

    def __str__(self) -> str:
        """Return the path, for logs and errors."""
        return str(self.path)

    def status(self) -> os.stat_result:
        """Return the status of the file.

        Raises:
            SourceDataMissing: The file is missing, unreadable or not a regular file.
        """
        try:
            return self._require_regular(self.path.stat())
        except OSError as error:
            raise self._unreadable(error) from error

    def open(self, max_bytes: int) -> IO[bytes]:
        """Return the file, opened for reading.

        The checks apply to the opened file, so a link can't be changed in between. Opening a FIFO doesn't block.

        Args:
            max_bytes: Maximum size of the file, in bytes.

        Raises:
            SourceDataMissing: The file is missing, unreadable or not a regular file.
            InvalidSource: A link leads outside the allowed folders.
            SourceUnavailable: The file is too large.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            size = self._require_regular(os.fstat(descriptor)).st_size
            if size > max_bytes:
                raise SourceUnavailable(
                    f"{self.path}: {size} bytes are more than max_file_size ({max_bytes})"
                )
            self._check_is_allowed(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        except BaseException:
            os.close(descriptor)
            raise
        return os.fdopen(descriptor, "rb")

    def _require_regular(self, status: os.stat_result) -> os.stat_result:
        if not stat.S_ISREG(status.st_mode):
            raise SourceDataMissing(f"{self.path} is {_file_type(status.st_mode)}, not a regular file")
        return status

    def _check_is_allowed(self, real_path: str) -> None:
        if not any(Path(real_path).is_relative_to(os.path.realpath(folder)) for folder in self._folders):
            allowed = ", ".join(map(str, self._folders))
            raise InvalidSource(f"file: {self.path} is outside the allowed folders ({allowed})")

    def _unreadable(self, error: OSError) -> SourceDataMissing:
        return SourceDataMissing(f"{self.path} can't be read: {error.strerror}")


def file_version(status: os.stat_result) -> str:
    """Return a text that changes whenever the file is replaced or written to."""
    return f"{status.st_dev}:{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _file_type(mode: int) -> str:
    types = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket"}
    return types.get(stat.S_IFMT(mode), "a device")
