"""Files that backends read: their version, and whether checking it never waits for another machine."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

TIMESTAMP_RESOLUTION_SECONDS = 0.02
"""Seconds within which two changes of a file may get the same timestamp."""

LOCAL_FILE_SYSTEMS = frozenset(
    (
        "bcachefs",
        "btrfs",
        "erofs",
        "ext2",
        "ext3",
        "ext4",
        "f2fs",
        "iso9660",
        "jfs",
        "overlay",
        "ramfs",
        "reiserfs",
        "squashfs",
        "tmpfs",
        "ufs",
        "vfat",
        "xfs",
        "zfs",
    )
)
"""File systems that use no network; an unlisted one may use it."""

MOUNT_TABLE = Path("/proc/self/mountinfo")


def file_version(*statuses: os.stat_result) -> str:
    """Return a text that changes whenever one of the files is replaced or written to.

    Just after a change the current time is part of the text, so that the next check sees another version: a second
    change could have the same timestamp (git calls such a file racily clean).
    """
    version = "/".join(
        f"{status.st_dev}:{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
        for status in statuses
    )
    return f"{version} {time.time_ns()}" if _is_just_changed(statuses) else version


def _is_just_changed(statuses: Sequence[os.stat_result]) -> bool:
    now = time.time()
    ages = (abs(now - max(status.st_mtime, status.st_ctime)) for status in statuses)
    return any(age < TIMESTAMP_RESOLUTION_SECONDS for age in ages)


def is_on_local_disk(path: Path, mount_table: Path = MOUNT_TABLE) -> bool:
    """Return whether the folder of a file, with links resolved, is on a local disk; False if that is unknown.

    Args:
        path: The file, which need not exist.
        mount_table: A file in the format of `mountinfo` in proc(5).
    """
    try:
        device = Path(os.path.realpath(path)).parent.stat().st_dev
        lines = mount_table.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    device_number = f"{os.major(device)}:{os.minor(device)}"
    types = {_file_system_type(line) for line in lines if line.split()[2:3] == [device_number]}
    return bool(types) and types <= LOCAL_FILE_SYSTEMS


def _file_system_type(line: str) -> str:
    """Return the type of a mounted file system: the first field after the separator."""
    return line.partition(" - ")[2].partition(" ")[0]
