"""What the files of an index may take of the disk."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from xivo_dird.backend import SourceUnavailable
from xivo_dird.index.limits import IndexLimits

MIN_FREE_BYTES = 64 * 1024**2
"""Bytes of the disk that a build leaves to others, such as the database and the log."""

SMALL_BUILD_BYTES = 16 * 1024**2
"""A build with smaller files is done on any disk."""


def free_bytes_of(folder: Path) -> int:
    """Return the free bytes of the disk that has a folder."""
    return shutil.disk_usage(folder).free


def check_files(
    files: Iterable[Path], limits: IndexLimits, free_bytes: Callable[[Path], int] = free_bytes_of
) -> None:
    """Check the size of the files of a build.

    Args:
        files: The files, in one folder; some may be missing yet.
        limits: The limits of the index.
        free_bytes: Returns the free bytes of the disk that has a folder.

    Raises:
        SourceUnavailable: They are too large, or leave too little of the disk to others.
    """
    existing = [file for file in files if file.exists()]
    size = sum(file.stat().st_size for file in existing)
    if size > limits.max_bytes:
        raise SourceUnavailable(f"its index is larger than {limits.max_bytes} bytes (index.max_bytes)")
    if existing:
        check_disk(existing[0].parent, size, 0, free_bytes)


def check_disk(
    folder: Path, size: int, needed: int, free_bytes: Callable[[Path], int] = free_bytes_of
) -> None:
    """Check that the disk has room.

    Args:
        folder: The folder of the files.
        size: Their size.
        needed: Bytes that are to be written yet.
        free_bytes: Returns the free bytes of the disk that has a folder.

    Raises:
        SourceUnavailable: It would leave too little of the disk to others.
    """
    if size > SMALL_BUILD_BYTES and free_bytes(folder) - needed < MIN_FREE_BYTES:
        raise SourceUnavailable(f"its index has {size} bytes and the disk is nearly full")
