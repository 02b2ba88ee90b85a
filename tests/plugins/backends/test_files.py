"""Tests of the check whether a file is on a local disk."""

import os

import pytest

from xivo_dird_backends._files import is_on_local_disk


def mount_table(tmp_path, file_system):
    """Return a mount table in which the disk of `tmp_path` has this file system."""
    device = tmp_path.stat().st_dev
    table = tmp_path / "mountinfo"
    table.write_text(
        "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
        f"27 1 {os.major(device)}:{os.minor(device)} / / rw shared:1 - {file_system} server:/people rw\n"
    )
    return table


@pytest.mark.parametrize("file_system", ["ext4", "xfs", "tmpfs", "overlay"])
def test_a_disk_is_local(tmp_path, file_system):
    assert is_on_local_disk(tmp_path / "people.csv", mount_table(tmp_path, file_system))


@pytest.mark.parametrize("file_system", ["nfs4", "cifs", "fuse.sshfs", "9p", "something.new"])
def test_a_file_server_or_unknown_file_system_is_not_local(tmp_path, file_system):
    assert not is_on_local_disk(tmp_path / "people.csv", mount_table(tmp_path, file_system))


def test_a_link_is_resolved_before_the_check(tmp_path):
    link = tmp_path / "people.csv"
    link.symlink_to("/proc/self/people.csv")
    assert not is_on_local_disk(link, mount_table(tmp_path, "ext4"))


def test_an_unknown_device_is_not_local(tmp_path):
    assert not is_on_local_disk(tmp_path / "people.csv", tmp_path / "missing")
    assert not is_on_local_disk(tmp_path / "missing" / "people.csv", mount_table(tmp_path, "ext4"))
