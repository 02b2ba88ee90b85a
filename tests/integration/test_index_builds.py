"""Small indexes are built in the process that answers, large ones in a process of their own."""

import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from counted_directory import CountedOptions, new_directory
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import SourceDataMissing, SourceUnavailable
from xivo_dird.index.build_process import BuildProcess
from xivo_dird.index.build_request import BuildRequest
from xivo_dird.index.builds import IndexBuilds
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, IndexLimits
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.sync import MAX_SMALL_ENTRIES

TESTS = Path(__file__).parents[1]
SMALL, LARGE = MAX_SMALL_ENTRIES, MAX_SMALL_ENTRIES + 1


class Directory:
    """A directory and its index."""

    def __init__(self, folder, is_portable=True, **options):
        self._creation = partial(
            new_directory, CountedOptions(name="people", searched_columns=["name"], **options), folder
        )
        self._folder = folder / "index"
        recipe = (lambda: self._creation) if is_portable else (lambda: self.new_backend)
        data = DirectoryData(self._creation(), recipe)
        shared = SharedFolder(self._folder)
        files = IndexFiles(shared, data.shape, threading.Event())
        self.builds = IndexBuilds(data, files, self._folder, DEFAULT_INDEX_LIMITS)
        self.reader = None

        self._lock = threading.Lock()  # so that methods can't be pickled

    def new_backend(self):
        return self._creation()

    def refresh(self, version="1"):
        """Build the index of a version; return who has listed the first and the last entry, and the patches."""
        former = None if self.reader is None else self.reader.facts
        reader = self.builds.open_or_build(version, None, former)
        self.close()
        self.reader = reader
        first, last = reader.fetch(["0", str(reader.facts.entries - 1)])
        return ["here" if entry["pid"] == os.getpid() else "elsewhere" for entry in (first, last)]

    def close(self):
        if self.reader is not None:
            self.reader.close()


@pytest.fixture
def open_directory(tmp_path, monkeypatch):
    """Return a function that opens a directory whose backend other processes can import."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    directories: list[Directory] = []

    def open_directory(**options):
        directories.append(Directory(tmp_path, **options))
        return directories[-1]

    yield open_directory
    for directory in directories:
        directory.close()


def test_a_small_index_is_built_here(open_directory):
    assert open_directory(count=SMALL).refresh() == ["here", "here"]


def test_a_large_index_is_built_in_a_process(open_directory):
    directory = open_directory(count=LARGE)
    assert [directory.refresh(version) for version in "12"] == [["elsewhere", "elsewhere"]] * 2
    assert len(directory.reader.search("")) == LARGE


def test_a_few_changes_of_a_large_copy_are_indexed_here(open_directory):
    directory = open_directory(count=LARGE, is_copied=True)
    assert directory.refresh() == ["elsewhere", "elsewhere"]
    assert directory.refresh("2") == ["here", "elsewhere"]
    assert directory.reader.facts.patches == 1


def test_a_backend_that_cannot_be_sent_is_indexed_here(open_directory, caplog):
    assert open_directory(count=LARGE, is_portable=False).refresh() == ["here", "here"]
    assert "Source 'people' is indexed in the process that answers" in caplog.text


def test_a_process_that_ends_without_a_result_is_replaced(open_directory, caplog, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")
    assert open_directory(count=LARGE).refresh() == ["here", "here"]
    assert "the process ended without a result" in caplog.text


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        ("missing", SourceDataMissing, "the directory is gone"),
        ("throttled", SourceUnavailable, "slow down"),
        ("bug", SourceUnavailable, "a bug"),
        ("killed", SourceUnavailable, "the process that indexes it was ended by SIGKILL"),
    ],
)
def test_an_error_in_a_process_is_that_of_the_build(open_directory, caplog, error, kind, message):
    with pytest.raises(SourceUnavailable) as raised:
        open_directory(count=LARGE, error=error).refresh()
    assert (type(raised.value), str(raised.value)) == (kind, message)
    assert raised.value.retry_after == (1234 if error == "throttled" else None)
    assert ("a bug" in caplog.text) == (error == "bug")


def test_what_a_plugin_prints_in_a_process_is_no_answer(open_directory, tmp_path, capfd):
    printed = f"cos\nmkdir\n(S'{tmp_path / 'made'}'\ntR."  # a pickle that creates a folder
    assert open_directory(count=LARGE, printed=printed).refresh() == ["elsewhere", "elsewhere"]
    assert not (tmp_path / "made").exists()
    assert printed in capfd.readouterr().err


def test_a_process_passes_on_records_that_have_a_lock(open_directory, caplog):
    assert open_directory(count=LARGE, logs_lock=True).refresh() == ["elsewhere", "elsewhere"]
    assert [record.message for record in caplog.records] == ["locked"]


def test_a_build_that_hangs_in_a_process_ends_with_the_source(open_directory, tmp_path):
    directory = open_directory(count=LARGE)
    directory.refresh()
    gate = tmp_path / "gate"
    hanging = open_directory(count=LARGE, gate=str(gate))
    hanging.reader = directory.reader
    gate.touch()
    errors = []

    def refresh():
        with pytest.raises(SourceUnavailable, match="the source is being closed") as raised:
            hanging.refresh("2")
        errors.append(raised.value)

    thread = threading.Thread(target=refresh)
    thread.start()
    wait_until(lambda: list((tmp_path / "index").glob("build.lock")))
    with assert_prompt():
        hanging.builds.abort()
        thread.join(TIMEOUT)
    assert errors
    with pytest.raises(SourceUnavailable, match="the source is being closed"):
        hanging.refresh("3")


def test_a_process_that_hangs_is_ended_after_a_time(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    gate = tmp_path / "gate"
    gate.touch()
    options = CountedOptions(name="people", count=1, gate=str(gate))
    limits = IndexLimits(max_build_seconds=0.5)
    request = BuildRequest(partial(new_directory, options, tmp_path), tmp_path / "index", limits, "1", None)
    with pytest.raises(SourceUnavailable, match=r"not ended within 1\.5 s"), BuildProcess().built(request):
        pass


def test_a_process_that_does_nothing_is_ended_soon_and_the_next_one_builds(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))

    def built(limits, **options):
        create = partial(new_directory, CountedOptions(name="people", count=1, **options), tmp_path)
        return BuildProcess().built(BuildRequest(create, tmp_path / "index", limits, "1", None))

    message = r"reading it takes more than 0\.3 s at one place \(index\.max_idle_seconds\)"
    limits = IndexLimits(max_idle_seconds=0.3)
    with pytest.raises(SourceUnavailable, match=message), built(limits, error="hangs"):
        pass
    with built(DEFAULT_INDEX_LIMITS):
        assert list((tmp_path / "index").glob("index-*.sqlite"))


PARENT = """
from functools import partial
from pathlib import Path
from counted_directory import CountedOptions, new_directory
from xivo_dird.index.build_process import BuildProcess
from xivo_dird.index.build_request import BuildRequest
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS
folder = Path({folder!r})
create = partial(new_directory, CountedOptions(name="people", count=1, gate=str(folder / "gate")), folder)
with BuildProcess().built(BuildRequest(create, folder / "index", DEFAULT_INDEX_LIMITS, "1", None)):
    pass
"""


def test_a_process_ends_when_the_daemon_is_killed(tmp_path):
    (tmp_path / "gate").touch()
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(folder=str(tmp_path))], env=environment)
    with parent:
        wait_until((tmp_path / "index" / "build.lock").exists)
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()
    wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    assert len(children) == 1
