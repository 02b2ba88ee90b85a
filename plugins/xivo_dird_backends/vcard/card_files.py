"""The files of a vCard source: one file, or all files of a folder whose names end with `.vcf`."""

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from xivo_dird.backend import (
    MAX_BYTES,
    AllowedFolders,
    HostFile,
    InvalidSource,
    SourceDataMissing,
    SourceUnavailable,
)
from xivo_dird_backends._files import file_version

SUFFIX = ".vcf"
FOLDER_CHECK_SECONDS = 1.0
"""Minimum number of seconds between two checks of a folder, which take longer than those of a file."""


class CardFiles(ABC):
    """The files of a source.

    Attributes:
        path: What the option names.
    """

    path: Path

    @abstractmethod
    def version(self) -> str:
        """Return a text that changes with the files; see `SnapshotBackend.version`."""

    @abstractmethod
    def names(self) -> list[str]:
        """Return the names of the files for messages, sorted."""

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """Open a file.

        Raises:
            SourceDataMissing: It is missing, unreadable or not a regular file.
            InvalidSource: A link leads outside the allowed folders.
            SourceUnavailable: It is too large.
        """


class OneFile(CardFiles):
    """One file."""

    def __init__(self, path: str, allowed: AllowedFolders, max_bytes: int) -> None:
        """Check that the file is allowed; it need not exist.

        Raises:
            InvalidSource: It is outside the allowed folders.
        """
        self._file = HostFile("file", path, allowed)
        self._max_bytes = max_bytes
        self.path = self._file.path

    def version(self) -> str:
        """Return a text that changes with the file."""
        return file_version(self._file.status())

    def names(self) -> list[str]:
        """Return the path of the file."""
        return [str(self._file)]

    def open(self, name: str) -> IO[bytes]:  # noqa: ARG002 - there is one file
        """Open the file."""
        return self._file.open(self._max_bytes, "max_file_size")


class FolderOfFiles(CardFiles):
    """The files of a folder, without those in its subfolders."""

    def __init__(self, path: str, allowed: AllowedFolders, max_bytes: int, max_files: int) -> None:
        """Check that the folder is allowed; it need not exist.

        Raises:
            InvalidSource: It is outside the allowed folders.
        """
        self._folder = HostFile("folder", path, allowed)
        self._option = path
        self._allowed = allowed
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._checked = (0.0, "")
        self.path = self._folder.path

    def version(self) -> str:
        """Return a text that changes with the names and the files."""
        now = time.monotonic()
        checked_at, version = self._checked
        if not version or now - checked_at >= FOLDER_CHECK_SECONDS:
            version = self._read_version()
            self._checked = (now, version)
        return version

    def names(self) -> list[str]:
        """Return the names of the files."""
        return sorted(name for name, _ in self._entries())

    def open(self, name: str) -> IO[bytes]:
        """Open a file; it may be a link to one below the allowed folders."""
        path = str(Path(self._option) / name)
        return HostFile("folder", path, self._allowed).open(self._max_bytes, "max_file_size")

    def _read_version(self) -> str:
        entries = sorted(self._entries(), key=lambda entry: entry[0])
        statuses = [status for _, status in entries if status is not None]
        return f"{'/'.join(name for name, _ in entries)}\0{file_version(*statuses)}"

    def _entries(self) -> Iterator[tuple[str, os.stat_result | None]]:
        """Yield the name and the status of each file, None for a broken link.

        Raises:
            SourceDataMissing: The folder is missing, unreadable or no folder.
            SourceUnavailable: It has too many files.
        """
        with self._folder.descriptor(MAX_BYTES, "max_file_size", may_be_folder=True) as descriptor:
            try:
                with os.scandir(descriptor) as entries:
                    yield from self._card_files(entries)
            except NotADirectoryError as error:
                raise SourceDataMissing(f"{self.path} is not a folder; set `file` for one file") from error

    def _card_files(
        self, entries: Iterable["os.DirEntry[str]"]
    ) -> Iterator[tuple[str, os.stat_result | None]]:
        count = 0
        for entry in entries:
            if entry.name.startswith(".") or not entry.name.lower().endswith(SUFFIX):
                continue
            count += 1
            if count > self._max_files:
                raise SourceUnavailable(f"{self.path}: it has more than max_files ({self._max_files})")
            yield entry.name, _status(entry)


def _status(entry: "os.DirEntry[str]") -> os.stat_result | None:
    try:
        return entry.stat()
    except OSError:
        return None


def card_files(
    file: str | None, folder: str | None, allowed: AllowedFolders, max_bytes: int, max_files: int
) -> CardFiles:
    """Return the files of a source.

    Raises:
        InvalidSource: There is neither `file` nor `folder` or both, or it is outside the allowed folders.
    """
    if file is not None and folder is None:
        return OneFile(file, allowed, max_bytes)
    if folder is not None and file is None:
        return FolderOfFiles(folder, allowed, max_bytes, max_files)
    raise InvalidSource("file: set either `file` or `folder`")
