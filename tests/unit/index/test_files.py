"""Index files are reused when complete, built by one process at a time, and removed when they have no reader."""

import fcntl
import os
import threading
from contextlib import suppress
from zlib import crc32

import pytest

from waiting import TIMEOUT, assert_prompt
from xivo_dird.backend import ReadReport, ReportedEntries, SourceUnavailable, TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.shared_folder import SharedFolder, remove_unused

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
ADA = {"id": "1", "name": "Ada", "number": "11"}


def must_not_be_called():
    raise AssertionError("the index should not be built")


def fail():
    raise RuntimeError("bug")


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


@pytest.mark.parametrize(
    "report",
    [ReadReport(502, 2, "not closed in line 4"), ReadReport(500), ReadReport(500, incomplete="size limit")],
)
def test_what_was_read_is_known_after_a_restart(files, report):
    files.open_or_build("1", lambda: ReportedEntries([ADA] * 500, lambda: report)).close()
    facts = files.open_or_build("1", must_not_be_called).facts
    assert ReadReport(facts.rows, facts.skipped, facts.skip_reason, facts.incomplete) == report
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


def test_the_name_of_a_file_has_its_fingerprint_and_its_checksum(files, built_path):
    checksum = crc32(built_path.read_bytes())
    assert built_path.name == f"index-{SHAPE.fingerprint('1')}-{checksum:08x}.sqlite"
    assert sorted(path.name for path in built_path.parent.iterdir()) == ["build.lock", built_path.name]
    assert (built_path.parent / "build.lock").stat().st_mode & 0o777 == 0o600


def test_an_index_that_exists_is_opened_while_another_is_built(built_path):
    closing = threading.Event()
    closing.set()  # a wait for the lock would be an error
    files = IndexFiles(SharedFolder(built_path.parent), SHAPE, closing)
    with (built_path.parent / "build.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        files.open_or_build("1", must_not_be_called).close()


def test_the_limits_of_a_build_are_kept(tmp_path):
    limits = IndexLimits(max_entries=1)
    files = IndexFiles(SharedFolder(tmp_path), SHAPE, threading.Event(), limits)
    files.open_or_build("1", lambda: [ADA]).close()
    with pytest.raises(SourceUnavailable, match=r"^it lists more than 1 entries \(index\.max_entries\)$"):
        files.open_or_build("2", lambda: [ADA] * 2)


def test_a_build_that_fails_leaves_no_file(files, tmp_path):
    def failing_entries():
        yield ADA
        raise SourceUnavailable("connection lost")

    with pytest.raises(SourceUnavailable, match="connection lost"):
        files.open_or_build("1", failing_entries)
    assert [path.name for path in (tmp_path / "index").iterdir()] == ["build.lock"]


def test_the_error_names_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "index").write_text("a file in the way")
    message = f"^can't write the index in {tmp_path / 'index'}: .*exists: '{tmp_path / 'index'}'$"
    with pytest.raises(SourceUnavailable, match=message):
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
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        files.open_or_build("1", must_not_be_called)
    os.close(lock)
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        files.open_or_build("1", must_not_be_called)


def test_closing_ends_a_build_whose_entries_are_all_read(tmp_path):
    closing = threading.Event()

    def entries():
        yield ADA
        closing.set()

    with pytest.raises(SourceUnavailable, match="being closed"):
        IndexFiles(SharedFolder(tmp_path), SHAPE, closing).open_or_build("1", entries)
    assert [path.name for path in tmp_path.iterdir()] == ["build.lock"]


def test_a_reader_still_works_after_its_file_is_deleted(files, built_path):
    reader = files.open_existing("1")
    reader.search("ada")
    built_path.unlink()
    assert len(reader.search("ada")) == 500
    reader.close()


def test_a_file_that_can_not_be_opened_again_is_an_error_and_stays(files, built_path):
    built_path.chmod(0o600)
    moved = built_path.rename(built_path.with_suffix(".elsewhere"))
    built_path.mkdir()
    with pytest.raises(OSError, match="directory"):
        files.open_existing("1")
    assert moved.exists()


def test_a_link_to_a_file_that_is_gone_is_no_index(files, built_path):
    built_path.rename(built_path.with_suffix(".elsewhere"))
    built_path.symlink_to("nowhere")
    assert files.open_existing("1") is None


def test_the_folder_is_held_while_an_index_is_open(files, built_path):
    folder = built_path.parent
    reader = files.open_existing("1")
    assert not remove_unused(folder)
    reader.close()
    assert remove_unused(folder)


def test_the_folder_is_not_held_after_an_error(files, built_path):
    content = b"no database" * 100
    built_path.unlink()
    built_path.with_name(f"index-{SHAPE.fingerprint('1')}-{crc32(content):08x}.sqlite").write_bytes(content)
    with pytest.raises(RuntimeError, match="bug"):
        files.open_or_build("1", fail)
    assert remove_unused(built_path.parent)


def test_a_build_that_hangs_can_be_left(tmp_path):
    closing = threading.Event()
    files = IndexFiles(SharedFolder(tmp_path), SHAPE, closing)
    started, gate = threading.Event(), threading.Event()

    def entries():
        started.set()
        gate.wait()
        return [ADA]

    def build():
        with suppress(SourceUnavailable):
            files.open_or_build("1", entries)

    thread = threading.Thread(target=build)
    thread.start()
    assert started.wait(TIMEOUT)
    other = IndexFiles(SharedFolder(tmp_path), SHAPE, threading.Event())
    closing.set()
    files.abandon_build()
    other.open_or_build("1", lambda: [ADA]).close()
    gate.set()
    thread.join(TIMEOUT)
    assert len(index_names(tmp_path)) == 1


def test_the_former_index_is_the_latest_complete_one_of_the_same_shape(files, built_path):
    os.utime(built_path, (1, 1))
    for version, modified_at in (("2", 3), ("3", 2)):
        reader = files.open_or_build(version, lambda: [ADA])
        reader.close()
        os.utime(reader.file.path, (modified_at, modified_at))
    other = IndexShape((), (), None, TextMatch.CASE_INSENSITIVE)
    other_files = IndexFiles(SharedFolder(built_path.parent), other, threading.Event())
    assert other_files.open_former() is None
    for version, damaged in (("2", True), ("3", True), ("1", False)):
        former = files.open_former()
        assert former.facts.version == version
        former.close()
        if damaged:
            former.file.path.write_bytes(b"damaged")


def test_no_index_is_the_former_one_after_all_were_removed(files, built_path):
    reader = files.open_or_build("1", must_not_be_called)
    files.remove()
    files.remove()
    assert files.open_former() is None
    assert len(reader.search("ada")) == 500
    reader.close()
