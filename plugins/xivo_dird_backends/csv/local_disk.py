"""Finds out whether a file is on a local disk, where checking it never waits for another machine."""

import os
from pathlib import Path

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
