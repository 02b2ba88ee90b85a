"""The index that is served: replaced by newer ones, given up if damaged, its old files removed."""

import threading

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.backend import SourceUnavailable, TextMatch
from xivo_dird.index.current_index import CurrentIndex, LoadedIndex
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.threads.tasks import TaskThreads

SHAPE = IndexShape(("name",), (), "id", TextMatch.CASE_INSENSITIVE)


class Plan:
    """A schedule whose calls a test makes itself."""

    def __init__(self):
        self.calls = []

    def call_after(self, seconds, work):
        self.calls.append((seconds, work))


@pytest.fixture
def plan():
    return Plan()


@pytest.fixture
def files(tmp_path):
    return IndexFiles(SharedFolder(tmp_path / "index"), SHAPE, threading.Event())


@pytest.fixture
def threads(plan):
    threads = SnapshotThreads(TaskThreads("tasks", 1), TaskThreads("checks", 1), plan)
    yield threads
    threads.close()


@pytest.fixture
def current(files, threads):
    current = CurrentIndex("people", files, threads)
    yield current
    current.close()


@pytest.fixture
def load(files, current):
    """Return a function that builds and serves the index of a version."""

    def load_(version):
        reader = files.open_or_build(version, lambda: [{"id": version, "name": "Ada"}])
        current.replace(LoadedIndex(reader, version))
        return reader

    return load_


def is_open(reader):
    """Return whether the file of a reader is held: a closed one is not verified."""
    content = reader.file.path.read_bytes()
    reader.file.path.write_bytes(b"x" + content[1:])
    try:
        return reader.file.is_damaged()
    finally:
        reader.file.path.write_bytes(content)


def damage(reader):
    reader.file.path.write_bytes(b"x" + reader.file.path.read_bytes()[1:])


def wait_for_tasks(threads):
    done = threading.Event()
    threads.tasks.run(done.set)
    assert done.wait(TIMEOUT)


def messages(caplog):
    return [record.getMessage() for record in caplog.records]


def test_the_newest_index_is_served_and_the_previous_one_closed(current, load):
    assert current.loaded is None
    assert not current.is_current("1")
    first = load("1")
    assert current.is_current("1")
    second = load("2")
    assert current.loaded == LoadedIndex(second, "2")
    assert (current.is_current("1"), current.is_current("2")) == (False, True)
    assert not is_open(first)
    assert is_open(second)


def test_after_closing_every_index_is_closed(current, load):
    first = load("1")
    current.close()
    assert current.loaded is None
    assert not is_open(first)
    late = load("2")
    assert current.loaded is None
    assert not is_open(late)


def test_old_files_are_removed_once_nobody_reads_them(current, load, files, plan, threads):
    current.prune()
    load("1")
    other = files.open_existing("1")
    load("2")
    current.prune()
    assert other.file.path.exists()
    ((seconds, prune_again),) = plan.calls
    assert 0 < seconds <= 5
    other.close()
    prune_again()
    wait_until(lambda: not other.file.path.exists())
    wait_for_tasks(threads)
    assert len(plan.calls) == 1


def test_nothing_is_removed_after_closing(current, load, files, plan, threads):
    load("1")
    other = files.open_existing("1")
    load("2")
    current.prune()
    current.close()
    other.close()
    plan.calls[0][1]()
    wait_for_tasks(threads)
    assert other.file.path.exists()


def test_old_files_stay_when_the_threads_have_ended(current, load, files, plan, threads):
    load("1")
    other = files.open_existing("1")
    load("2")
    current.prune()
    threads.close()
    plan.calls[0][1]()
    other.close()
    assert other.file.path.exists()


def test_a_damaged_index_is_no_longer_served(current, load, caplog):
    first = load("1")
    current.discard(first, ValueError("malformed"))
    assert current.loaded is None
    assert not is_open(first)
    assert messages(caplog) == [f"Source 'people': the index file {first.file.path} is damaged: malformed"]
    assert first.file.path.exists()


def test_only_the_served_index_is_discarded(current, load, caplog):
    first = load("1")
    second = load("2")
    current.discard(first, ValueError("malformed"))
    assert current.loaded == LoadedIndex(second, "2")
    current.close()
    current.discard(second, ValueError("malformed"))
    assert messages(caplog) == []


def test_a_file_that_is_damaged_again_with_a_right_checksum_is_removed(current, load):
    current.discard(load("1"), ValueError("malformed"))
    again = load("1")
    assert again.file.path.exists()
    current.discard(load("2"), ValueError("malformed"))
    current.discard(load("1"), ValueError("malformed"))
    assert again.file.path.exists()
    current.discard(load("1"), ValueError("malformed"))
    assert not again.file.path.exists()


def test_an_index_that_must_be_opened_again_is_served_until_then(current, load):
    first = load("1")
    current.reopen(first)
    assert not current.is_current("1")
    assert current.loaded == LoadedIndex(first, "1")
    second = load("1")
    assert current.is_current("1")
    current.reopen(first)
    assert current.is_current("1")
    current.reopen(second)
    assert not current.is_current("1")


def test_a_file_whose_checksum_is_wrong_is_given_up_and_rebuilt(current, load, threads, caplog):
    first, rebuilt = load("1"), []
    damage(first)
    current.verify(first, lambda: rebuilt.append("yes"))
    wait_until(lambda: rebuilt)
    assert current.loaded is None
    assert messages(caplog)[0].endswith("is damaged: its checksum is wrong")


def test_a_file_whose_checksum_is_right_stays(current, load, threads):
    first, rebuilt = load("1"), []
    current.verify(first, lambda: rebuilt.append("yes"))
    wait_for_tasks(threads)
    assert current.is_current("1")
    assert rebuilt == []


def test_a_rebuild_that_can_not_start_is_logged(current, load, threads, caplog):
    first = load("1")
    damage(first)

    def fail():
        raise SourceUnavailable("no thread")

    current.verify(first, fail)
    wait_for_tasks(threads)
    assert messages(caplog)[-1] == "Source 'people': its index can't be verified: no thread"


def test_nothing_is_verified_when_the_threads_have_ended(current, load, threads):
    first = load("1")
    threads.close()
    current.verify(first, lambda: None)
    assert current.is_current("1")
