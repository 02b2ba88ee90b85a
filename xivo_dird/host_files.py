"""Files of the host that a source names: only below folders that the administrator of the host allows.

A client can neither read other files nor find out whether they exist, nor make a thread wait for one.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from xivo_dird.exceptions import InvalidSource, SourceDataMissing, SourceUnavailable


class AllowedFolders(NamedTuple):
    """The folders that files must be in, directly or in a subfolder, and the key of the configuration with them."""

    folders: Sequence[Path]
    key: str


class HostFile:
    """A file that an option of a source names, below one of the allowed folders after links are resolved."""

    def __init__(self, option: str, path: str, allowed: AllowedFolders) -> None:
        """Check that the file is below an allowed folder; it need not exist.

        Args:
            option: The option of the source, for errors.
            path: Its value; a relative path is below the first folder.
            allowed: The allowed folders.

        Raises:
            InvalidSource: The file is outside the folders, or `path` is not a valid path.
        """
        self.path = allowed.folders[0] / path
        self._option = option
        self._allowed = allowed
        if "\0" in path:
            raise InvalidSource(f"{option}: {path!r} is no path")
        try:
            self._check_is_allowed(os.path.realpath(self.path))
        except (OSError, ValueError) as error:
            raise InvalidSource(f"{option}: {path!r} is no path: {error}") from error

    def __str__(self) -> str:
        """Return the path, for logs and errors."""
        return str(self.path)

    def status(self) -> os.stat_result:
        """Return the status of the file.

        Raises:
            SourceDataMissing: The file is missing, unreadable or not a regular file.
        """
        try:
            return self._require_type(self.path.stat(), stat.S_IFREG)
        except OSError as error:
            raise self._unreadable(error) from error

    def open(self, max_bytes: int, limit: str) -> IO[bytes]:
        """Return the file, opened for reading; see `descriptor`."""
        return os.fdopen(self._open(max_bytes, limit, stat.S_IFREG), "rb")

    @contextmanager
    def descriptor(self, max_bytes: int, limit: str, *, may_be_folder: bool = False) -> Iterator[int]:
        """Open the file, and close it at the end of the block.

        The checks apply to the opened file, so a link can't be changed in between. Opening a FIFO doesn't block.

        Args:
            max_bytes: Maximum size of the file, in bytes.
            limit: Name of this limit, for the error.
            may_be_folder: Accept a folder, too.

        Yields:
            The descriptor.

        Raises:
            SourceDataMissing: The file is missing, unreadable or not a regular file.
            InvalidSource: A link leads outside the allowed folders.
            SourceUnavailable: The file is too large.
        """
        types = (stat.S_IFREG, stat.S_IFDIR) if may_be_folder else (stat.S_IFREG,)
        descriptor = self._open(max_bytes, limit, *types)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _open(self, max_bytes: int, limit: str, *types: int) -> int:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            self._check_is_allowed(os.path.realpath(f"/proc/self/fd/{descriptor}"))
            size = self._require_type(os.fstat(descriptor), *types).st_size
            if size > max_bytes:
                raise SourceUnavailable(f"{self.path}: {size} bytes are more than {limit} ({max_bytes})")
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _require_type(self, status: os.stat_result, *types: int) -> os.stat_result:
        if stat.S_IFMT(status.st_mode) not in types:
            raise SourceDataMissing(f"{self.path} is {_type_name(status.st_mode)}, not a regular file")
        return status

    def _check_is_allowed(self, real_path: str) -> None:
        folders = self._allowed.folders
        if not any(Path(real_path).is_relative_to(os.path.realpath(folder)) for folder in folders):
            raise InvalidSource(
                f"{self._option}: {self.path} is outside the allowed folders ({', '.join(map(str, folders))}); "
                f"move it there, or add its folder to {self._allowed.key}"
            )

    def _unreadable(self, error: OSError) -> SourceDataMissing:
        return SourceDataMissing(f"{self.path} can't be read: {error.strerror}")


def _type_name(mode: int) -> str:
    types = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket"}
    return types.get(stat.S_IFMT(mode), "a device")
