"""Index files are adopted when whole, built once by one of several, and removed when nobody reads them."""

import fcntl
import os
import threading

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import SourceUnavailable, TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
ADA = {"id": "1", "name": "Ada", "number": "11"}


def never():
    raise AssertionError("the index should not be built")


def found(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".sqlite")


@pytest.fixture
def files(tmp_path):
    return IndexFiles(tmp_path / "index", SHAPE, threading.Event())


@pytest.fixture
def built(files):
    """Leave the index file of version 1 behind, closed."""
    reader = files.adopt_or_build("1", lambda: [ADA] * 500)
    reader.close()
    return reader.path


def test_a_restart_adopts_the_file(files, built):
    reader = files.adopt_or_build("1", never)
    assert len(reader.search("ada")) == 500
    assert reader.facts.entries == 500
    reader.close()


@pytest.mark.parametrize(
    "other",
    [
        IndexShape(("number",), ("number",), "id", TextMatch.CASE_INSENSITIVE),
        IndexShape(("name",), (), "id", TextMatch.CASE_INSENSITIVE),
        IndexShape(("name",), ("number",), None, TextMatch.CASE_INSENSITIVE),
        IndexShape(("name",), ("number",), "id", TextMatch.CASE_AND_ACCENT_INSENSITIVE),
    ],
)
def test_an_index_of_another_shape_or_version_is_not_adopted(files, built, other):
    assert IndexFiles(built.parent, other, threading.Event()).adopt("1") is None
    assert files.adopt("2") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all"),
        lambda path: os.truncate(path, path.stat().st_size // 2),
        lambda path: path.write_bytes(path.read_bytes().replace(b'"Ada"', b'"Bob"', 1)),
    ],
    ids=["empty", "foreign", "half", "one row changed"],
)
def test_a_damaged_file_is_never_served_and_built_anew(files, built, damage):
    damage(built)
    reader = files.adopt_or_build("1", lambda: [ADA])
    assert reader.search("") == [ADA]
    reader.close()


def test_a_build_that_fails_leaves_no_file(files, tmp_path):
    def broken():
        yield ADA
        raise SourceUnavailable("the line went dead")

    with pytest.raises(SourceUnavailable, match="the line went dead"):
        files.adopt_or_build("1", broken)
    assert [path.name for path in (tmp_path / "index").iterdir()] == ["build.lock"]


def test_what_a_killed_builder_left_is_cleared_away(files, tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "build.part").write_bytes(b"half an index")
    reader = files.adopt_or_build("1", lambda: [ADA])
    assert reader.search("ada") == [ADA]
    reader.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "index").write_text("a file in the way")
    with pytest.raises(SourceUnavailable, match=str(tmp_path / "index")):
        IndexFiles(tmp_path / "index", SHAPE, threading.Event()).adopt_or_build("1", lambda: [ADA])


def test_while_another_process_builds_its_result_is_awaited_and_adopted(files, built):
    hidden = built.rename(built.with_suffix(".elsewhere"))
    lock = os.open(built.parent / "build.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    readers = []
    waiter = threading.Thread(target=lambda: readers.append(files.adopt_or_build("1", never)))
    waiter.start()
    hidden.rename(built)
    os.close(lock)
    waiter.join(TIMEOUT)
    assert len(readers[0].search("ada")) == 500
    readers[0].close()


def test_closing_ends_the_wait_for_another_builder(tmp_path):
    closing = threading.Event()
    files = IndexFiles(tmp_path, SHAPE, closing)
    lock = os.open(tmp_path / "build.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    closing.set()
    with pytest.raises(SourceUnavailable, match="being closed"):
        files.adopt_or_build("1", never)
    os.close(lock)


def test_old_files_are_removed_unless_somebody_reads_them(files, built):
    old = files.adopt("1")
    new = files.adopt_or_build("2", lambda: [ADA])
    files.prune(new)
    assert found(built.parent) == sorted([old.path.name, new.path.name])
    old.close()
    files.prune(new)
    assert found(built.parent) == [new.path.name]
    new.close()


def test_a_reader_goes_on_when_its_file_is_deleted(files, built):
    reader = files.adopt("1")
    reader.search("ada")
    built.unlink()
    assert len(reader.search("ada")) == 500
    reader.close()
