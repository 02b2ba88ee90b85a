"""Index files that nobody needs are removed: old ones, damaged ones, and what a killed builder has left."""

import fcntl
import resource
import threading
from pathlib import Path
from zlib import crc32

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.backend import SourceUnavailable, TextMatch
from xivo_dird.index.files import IndexFiles, remove_leftovers
from xivo_dird.index.format import IndexShape
from xivo_dird.index.shared_folder import SharedFolder

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
ADA = {"id": "1", "name": "Ada", "number": "11"}


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def open_count(path):
    """Return how many descriptors of this process are those of a file."""
    return sum(link.resolve() == path for link in Path("/proc/self/fd").iterdir())


@pytest.fixture
def files(tmp_path):
    return IndexFiles(SharedFolder(tmp_path), SHAPE, threading.Event())


@pytest.fixture
def built_path(files):
    """Build the index file of version 1, close it, and return its path."""
    reader = files.open_or_build("1", lambda: [ADA])
    reader.close()
    return reader.file.path


def test_leftovers_of_a_killed_builder_are_removed(files, tmp_path):
    names = ["build.part", "build-1.part-staging", "index-1.sqlite-journal", "index-1.sqlite-wal"]
    kept = ["index-1.sqlite", "notes.txt"]
    for name in names + kept:
        (tmp_path / name).write_bytes(b"half an index")
    reader = files.open_or_build("1", lambda: [ADA])
    assert reader.search("ada") == [ADA]
    reader.close()
    assert names_in(tmp_path) == sorted([*kept, "build.lock", reader.file.path.name])
    for name in names:
        (tmp_path / name).write_bytes(b"half an index")
        remove_leftovers(tmp_path)
    assert names_in(tmp_path) == sorted([*kept, "build.lock", reader.file.path.name])


def test_leftovers_stay_while_somebody_builds(files, tmp_path):
    leftover = tmp_path / "build-1.part"
    stayed = []

    def entries():
        leftover.write_text("half an index")
        remove_leftovers(tmp_path)
        stayed.append(leftover.exists())
        return [ADA]

    files.open_or_build("1", entries).close()
    assert stayed == [True]
    remove_leftovers(tmp_path)
    assert not leftover.exists()


def test_a_folder_without_leftovers_is_not_touched(tmp_path):
    remove_leftovers(tmp_path)
    assert names_in(tmp_path) == []


def test_old_files_are_removed_once_nobody_reads_them(files, built_path):
    folder = built_path.parent
    old, new = files.open_existing("1"), files.open_or_build("2", lambda: [ADA])
    stranger = folder / "index-of-another-shape.sqlite"
    stranger.write_text("of earlier options")
    (folder / "notes.txt").write_text("ours")
    assert not files.prune(new)
    assert names_in(folder) == sorted(["build.lock", "notes.txt", old.file.path.name, new.file.path.name])
    old.close()
    for _ in range(2):
        assert files.prune(new)
        assert names_in(folder) == sorted(["build.lock", "notes.txt", new.file.path.name])
    new.close()
    assert files.prune(new)
    assert new.file.path.exists()


def test_without_file_descriptors_nothing_is_removed(files, built_path):
    new = files.open_or_build("2", lambda: [ADA])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        assert not files.prune(new)
        with pytest.raises(OSError, match="Too many open files"):
            files.open_existing("1")
        with pytest.raises(SourceUnavailable, match="Too many open files"):
            files.open_or_build("1", lambda: [ADA])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    files.open_existing("1").close()
    assert files.prune(new)
    new.close()


def test_a_reader_in_another_process_keeps_its_file(files, built_path):
    new = files.open_or_build("2", lambda: [ADA])
    with built_path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert not files.prune(new)
    assert files.prune(new)
    assert not built_path.exists()
    new.close()


def test_a_file_that_is_being_pruned_is_not_served(files, built_path):
    """Whoever waits for the lock of a file that is removed meanwhile builds it again."""
    with built_path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        found = []
        waiter = threading.Thread(target=lambda: found.append(files.open_existing("1")))
        waiter.start()
        wait_until(lambda: open_count(built_path) == 2)
        built_path.unlink()
    waiter.join(TIMEOUT)
    assert found == [None]


def test_a_file_with_a_right_checksum_that_is_no_database_is_removed(files, built_path):
    built_path.unlink()
    content = b"no database" * 100
    path = built_path.with_name(f"index-{SHAPE.fingerprint('1')}-{crc32(content):08x}.sqlite")
    path.write_bytes(content)
    assert files.open_existing("1") is None
    assert not path.exists()


def test_a_condemned_file_is_removed_but_none_in_its_place(files, built_path):
    reader = files.open_existing("1")
    files.condemn(reader)
    assert not built_path.exists()
    files.condemn(reader)
    built_path.write_text("another")
    files.condemn(reader)
    assert built_path.exists()
    reader.close()
