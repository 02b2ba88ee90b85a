"""Whether a file is on a disk of this machine."""

import os

import pytest

from xivo_dird_backends.csv.local_disk import is_on_local_disk


def mounts(tmp_path, kind):
    """Write a table of mounts in which the disk of `tmp_path` has a file system of this kind."""
    device = tmp_path.stat().st_dev
    table = tmp_path / "mountinfo"
    table.write_text(
        "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
        f"27 1 {os.major(device)}:{os.minor(device)} / / rw shared:1 - {kind} server:/people rw\n"
    )
    return table


@pytest.mark.parametrize("kind", ["ext4", "xfs", "tmpfs", "overlay"])
def test_a_disk_is_local(tmp_path, kind):
    assert is_on_local_disk(tmp_path / "people.csv", mounts(tmp_path, kind))


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p", "something.new"])
def test_a_file_server_is_not_local_nor_is_what_nobody_knows(tmp_path, kind):
    assert not is_on_local_disk(tmp_path / "people.csv", mounts(tmp_path, kind))


def test_a_link_is_where_it_leads(tmp_path):
    link = tmp_path / "people.csv"
    link.symlink_to("/proc/self/people.csv")
    assert not is_on_local_disk(link, mounts(tmp_path, "ext4"))


def test_what_can_not_be_told_is_not_local(tmp_path):
    assert not is_on_local_disk(tmp_path / "people.csv", tmp_path / "missing")
    assert not is_on_local_disk(tmp_path / "missing" / "people.csv", mounts(tmp_path, "ext4"))
