"""Is a file on a disk of this machine? Only then does a look at it never wait for another one."""

import os
from pathlib import Path

LOCAL = frozenset(
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
"""File systems without a network; an unknown one may have one."""

MOUNTS = Path("/proc/self/mountinfo")


def is_on_local_disk(path: Path, mounts: Path = MOUNTS) -> bool:
    """Tell whether the folder of `path`, whatever links lead there, is on one; False when that can't be said.

    `mounts` is in the format of proc(5), mountinfo.
    """
    try:
        device = Path(os.path.realpath(path)).parent.stat().st_dev
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    name = f"{os.major(device)}:{os.minor(device)}"
    kinds = {_kind(line) for line in lines if line.split()[2:3] == [name]}
    return bool(kinds) and kinds <= LOCAL


def _kind(line: str) -> str:
    """Take the type of the file system: what follows the separator."""
    return line.partition(" - ")[2].partition(" ")[0]
