"""Index files are reused when complete, built by one process at a time, and removed when they have no reader."""

import fcntl
import os
import threading

import pytest

from waiting import TIMEOUT, assert_prompt
from xivo_dird.backend import ReadReport, ReportedEntries, SourceUnavailable, TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.shared_folder import SharedFolder

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
ADA = {"id": "1", "name": "Ada", "number": "11"}


def must_not_be_called():
    raise AssertionError("the index should not be built")


def index_names(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".sqlite")


@pytest.fixture
def files(tmp_path):
    return IndexFiles(SharedFolder(tmp_path / "index"), SHAPE, threading.Event())


@pytest.fixture
def built_path(files):
    """Build the index file of version 1, close it, and return its path."""
    reader = files.open_or_build("1", lambda: [ADA] * 500)
    reader.close()
    return reader.file.path


def test_the_file_is_reused_after_a_restart(files, built_path):
    reader = files.open_or_build("1", must_not_be_called)
    assert len(reader.search("ada")) == 500
    assert reader.facts.entries == 500
    reader.close()


@pytest.mark.parametrize("report", [ReadReport(502, 2, "not closed in line 4"), ReadReport(500)])
def test_what_was_read_is_known_after_a_restart(files, report):
    files.open_or_build("1", lambda: ReportedEntries([ADA] * 500, lambda: report)).close()
    facts = files.open_or_build("1", must_not_be_called).facts
    assert ReadReport(facts.rows, facts.skipped, facts.skip_reason) == report
    assert facts.entries == 500


def test_without_a_report_every_row_is_an_entry(files, built_path):
    facts = files.open_existing("1").facts
    assert (facts.rows, facts.skipped, facts.skip_reason) == (500, 0, None)


@pytest.mark.parametrize(
    "other",
    [
        IndexShape(("number",), ("number",), "id", TextMatch.CASE_INSENSITIVE),
        IndexShape(("name",), (), "id", TextMatch.CASE_INSENSITIVE),
        IndexShape(("name",), ("number",), None, TextMatch.CASE_INSENSITIVE),
        IndexShape(("name",), ("number",), "id", TextMatch.CASE_AND_ACCENT_INSENSITIVE),
    ],
)
def test_an_index_of_another_shape_or_version_is_not_reused(files, built_path, other):
    assert IndexFiles(SharedFolder(built_path.parent), other, threading.Event()).open_existing("1") is None
    assert files.open_existing("2") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not a database"),
        lambda path: os.truncate(path, path.stat().st_size // 2),
        lambda path: path.write_bytes(path.read_bytes().replace(b'"Ada"', b'"Bob"', 1)),
    ],
    ids=["empty", "foreign", "half", "one row changed"],
)
def test_a_damaged_file_is_rebuilt_and_never_served(files, built_path, damage):
    damage(built_path)
    reader = files.open_or_build("1", lambda: [ADA])
    assert reader.search("") == [ADA]
    reader.close()


def test_a_build_that_fails_leaves_no_file(files, tmp_path):
    def failing_entries():
        yield ADA
        raise SourceUnavailable("connection lost")

    with pytest.raises(SourceUnavailable, match="connection lost"):
        files.open_or_build("1", failing_entries)
    assert [path.name for path in (tmp_path / "index").iterdir()] == ["build.lock"]


def test_leftovers_of_a_killed_builder_are_removed(files, tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "build.part").write_bytes(b"half an index")
    reader = files.open_or_build("1", lambda: [ADA])
    assert reader.search("ada") == [ADA]
    reader.close()


def test_the_error_names_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "index").write_text("a file in the way")
    with pytest.raises(SourceUnavailable, match=str(tmp_path / "index")):
        IndexFiles(SharedFolder(tmp_path / "index"), SHAPE, threading.Event()).open_or_build(
            "1", lambda: [ADA]
        )


def test_a_folder_behind_a_link_to_nowhere_is_an_error(tmp_path):
    (tmp_path / "sources").symlink_to(tmp_path / "not mounted" / "sources")
    files = IndexFiles(SharedFolder(tmp_path / "sources" / "crew"), SHAPE, threading.Event())
    with assert_prompt(), pytest.raises(SourceUnavailable, match="sources"):
        files.open_or_build("1", lambda: [ADA])


def test_the_result_of_another_process_that_builds_is_awaited(files, built_path):
    hidden = built_path.rename(built_path.with_suffix(".elsewhere"))
    lock = os.open(built_path.parent / "build.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    readers = []
    waiter = threading.Thread(target=lambda: readers.append(files.open_or_build("1", must_not_be_called)))
    waiter.start()
    hidden.rename(built_path)
    os.close(lock)
    waiter.join(TIMEOUT)
    assert len(readers[0].search("ada")) == 500
    readers[0].close()


def test_closing_ends_the_wait_for_another_builder(tmp_path):
    closing = threading.Event()
    files = IndexFiles(SharedFolder(tmp_path), SHAPE, closing)
    lock = os.open(tmp_path / "build.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    closing.set()
    with pytest.raises(SourceUnavailable, match="being closed"):
        files.open_or_build("1", must_not_be_called)
    os.close(lock)


def test_closing_ends_a_build_whose_entries_are_all_read(tmp_path):
    closing = threading.Event()

    def entries():
        yield ADA
        closing.set()

    with pytest.raises(SourceUnavailable, match="being closed"):
        IndexFiles(SharedFolder(tmp_path), SHAPE, closing).open_or_build("1", entries)
    assert [path.name for path in tmp_path.iterdir()] == ["build.lock"]


def test_old_files_without_a_reader_are_removed(files, built_path):
    old = files.open_existing("1")
    new = files.open_or_build("2", lambda: [ADA])
    files.prune(new)
    assert index_names(built_path.parent) == sorted([old.file.path.name, new.file.path.name])
    old.close()
    files.prune(new)
    assert index_names(built_path.parent) == [new.file.path.name]
    new.close()


def test_a_reader_still_works_after_its_file_is_deleted(files, built_path):
    reader = files.open_existing("1")
    reader.search("ada")
    built_path.unlink()
    assert len(reader.search("ada")) == 500
    reader.close()
