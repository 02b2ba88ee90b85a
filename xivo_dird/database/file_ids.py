"""Which files are at a path: a removed or replaced file differs by its inode."""

import os
from pathlib import Path
from typing import NamedTuple

FileId = tuple[int, int]
"""Device and inode."""


class DatabaseFileIds(NamedTuple):
    """The ids of an SQLite database and of the files that SQLite keeps beside it; None: there is none."""

    database: FileId | None
    wal: FileId | None
    shm: FileId | None

    def completed(self, now: "DatabaseFileIds") -> "DatabaseFileIds":
        """Return these ids with those of files that have been made since."""
        return DatabaseFileIds(*(known or current for known, current in zip(self, now, strict=True)))

    def are_among(self, others: "DatabaseFileIds") -> bool:
        """Return whether each file that there is has the id that it has among `others`."""
        return all(own in (None, other) for own, other in zip(self, others, strict=True))

    def still(self, now: "DatabaseFileIds") -> "DatabaseFileIds":
        """Return these ids without those of files beside the database that are no longer there."""
        wal, shm = (
            known if known == current else None for known, current in zip(self[1:], now[1:], strict=True)
        )
        return DatabaseFileIds(self.database, wal, shm)


class PinnedFile:
    """Keeps a file open, so that no other file can get its inode.

    Attributes:
        is_closing: Whether `release_if_closing` closes it.
    """

    def __init__(self) -> None:
        """Keep no file open yet."""
        self.is_closing = False
        self._descriptor = -1
        self._id: FileId | None = None

    def set(self, path: Path, file_id: FileId | None) -> None:
        """Keep the file `file_id` open instead of another one.

        The locks of this process on a file end when it closes a descriptor of it, so the pin is only closed when
        its file is no longer at the path.
        """
        if file_id is None or file_id == self._id:
            return
        self._release()
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return
        self._id = file_id

    def release_if_closing(self) -> None:
        """Close the file if the database is being closed; no connection may be open."""
        if self.is_closing:
            self._release()

    def _release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._id = -1, None


def file_id_at(path: Path) -> FileId | None:
    """Return the id of the file at a path; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
