"""A folder is removed only while nobody uses it, and by the database that needs it no longer."""

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.index.shared_folder import (
    SharedFolder,
    is_marked,
    mark,
    remove_marked,
    remove_unused,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sources" / "crew"


def fill(path):
    """Put a file, a folder and a link to a folder into a folder; return what the link leads to."""
    (path / "deep").mkdir(parents=True)
    (path / "deep" / "file").write_text("x")
    (path / "file").write_text("x")
    other = path.parent / "other"
    other.mkdir()
    (other / "kept").write_text("x")
    (path / "link").symlink_to(other)
    return other


def test_a_folder_exists_while_it_is_held(path):
    folder = SharedFolder(path)
    assert not path.exists()
    with folder.held():
        assert path.is_dir()
        assert not remove_unused(path)
    assert remove_unused(path)
    assert not path.exists()


def test_a_folder_is_in_use_until_its_last_holder_releases_it(path):
    folder = SharedFolder(path)
    for _ in range(3):
        folder.hold()
    folder.release()
    folder.release()
    assert not remove_unused(path)
    folder.release()
    assert remove_unused(path)


def test_a_folder_can_be_held_again_and_by_others(path):
    first, second = SharedFolder(path), SharedFolder(path)
    with first.held(), second.held():
        pass
    with first.held():
        assert not remove_unused(path)
    with second.held():
        assert not remove_unused(path)
    assert remove_unused(path)


def test_a_parent_is_held_as_long_as_its_child(path):
    parent = SharedFolder(path)
    child = SharedFolder(path / "user", parent=parent)
    with child.held():
        assert not remove_unused(path)
        assert not remove_unused(path / "user")
    assert remove_unused(path / "user")
    assert remove_unused(path)


def test_a_parent_is_released_if_its_child_can_not_be_created(path):
    parent = SharedFolder(path)
    with parent.held():
        (path / "user").write_text("a file in the way")
    with pytest.raises(FileExistsError), SharedFolder(path / "user", parent=parent).held():
        pass
    assert remove_unused(path)


def test_a_folder_that_somebody_else_removed_is_created_again(path):
    folder = SharedFolder(path)
    with folder.held():
        path.rmdir()
        with folder.held():
            assert path.is_dir()
            assert not remove_unused(path)


def test_the_time_of_the_last_use_is_that_of_the_folder(path):
    folder = SharedFolder(path)
    with folder.held():
        os.utime(path, (0, 0))
    assert path.stat().st_mtime > 0
    os.utime(path, (0, 0))
    with folder.held():
        assert path.stat().st_mtime > 0


def test_only_the_owner_of_a_folder_marks_it(path):
    with SharedFolder(path, "ours").held():
        assert is_marked(path, "ours")
        assert not is_marked(path, "theirs")
    assert (path / "database-ours").stat().st_mode & 0o777 == 0o600
    with SharedFolder(path.parent / "other").held():
        assert list((path.parent / "other").iterdir()) == []


def test_a_mark_in_a_missing_folder_is_left_out(path):
    mark(path, "ours")
    assert not path.exists()


def test_the_last_owner_removes_everything_and_follows_no_link(path):
    other = fill(path)
    mark(path, "ours")
    assert remove_marked(path, "ours")
    assert not path.exists()
    assert [file.name for file in other.iterdir()] == ["kept"]


def test_a_folder_without_a_mark_is_removed(path):
    fill(path)
    assert remove_marked(path, "ours")
    assert not path.exists()


def test_a_folder_that_another_database_needs_loses_only_the_mark(path):
    fill(path)
    mark(path, "ours")
    mark(path, "theirs")
    assert remove_marked(path, "ours")
    assert not is_marked(path, "ours")
    assert sorted(child.name for child in path.iterdir()) == ["database-theirs", "deep", "file", "link"]


def test_a_folder_that_is_used_keeps_its_mark(path):
    with SharedFolder(path, "ours").held():
        (path / "file").write_text("x")
        assert not remove_marked(path, "ours")
        assert is_marked(path, "ours")
        assert (path / "file").exists()


def test_everything_in_an_unused_folder_is_removed(path):
    other = fill(path)
    assert remove_unused(path)
    assert not path.exists()
    assert (other / "kept").exists()


@pytest.mark.parametrize("remove", [remove_unused, lambda path: remove_marked(path, "ours")])
def test_a_link_to_a_folder_is_not_removed_as_one(path, remove):
    fill(path)
    link = path.parent / "to a folder"
    link.symlink_to(path)
    with pytest.raises(OSError, match="to a folder"):
        remove(link)
    assert len(list(path.iterdir())) == 3


@pytest.mark.parametrize("remove", [remove_unused, lambda path: remove_marked(path, "ours")])
def test_a_pipe_in_the_way_is_an_error_at_once(path, remove):
    path.parent.mkdir()
    os.mkfifo(path)
    with assert_prompt(), pytest.raises(NotADirectoryError):
        remove(path)


def test_a_user_who_waits_for_a_folder_that_is_removed_creates_it_again(path):
    path.mkdir(parents=True)
    removing = os.open(path, os.O_RDONLY)
    fcntl.flock(removing, fcntl.LOCK_EX)
    folder = SharedFolder(path)
    holding = threading.Thread(target=folder.hold)
    holding.start()
    wait_until(lambda: descriptors_of(path) == 2)
    path.rmdir()
    os.close(removing)
    holding.join(TIMEOUT)
    assert path.is_dir()
    assert descriptors_of(path) == 1
    assert not remove_unused(path)
    folder.release()
    assert descriptors_of(path) == 0
    assert remove_unused(path)


def descriptors_of(path):
    """Return how many descriptors of this process are open on a folder, or on one that was there."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # that of the listing itself
            found.append(str(descriptor.readlink()).removesuffix(" (deleted)"))
    return found.count(str(path))


def test_a_folder_that_is_used_by_another_is_not_kept_open(path):
    with SharedFolder(path).held():
        assert not remove_unused(path)
        assert descriptors_of(path) == 1


def test_a_missing_folder_can_not_be_removed(path):
    with pytest.raises(FileNotFoundError):
        remove_unused(path)


def test_a_file_in_the_way_is_an_error_at_once(path):
    path.parent.mkdir()
    path.write_text("a file in the way")
    with assert_prompt(), pytest.raises(FileExistsError, match="crew"):
        SharedFolder(path).hold()
